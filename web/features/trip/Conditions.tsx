import { useFormat } from '@wayfare/shared/format';
import type { Offer } from '@wayfare/shared/trips';
import { Icon, type IconName } from '@wayfare/shared/ui';
import { keyOf, rulesOfOffer, type Rule } from './conditions';
import styles from './Fares.module.css';
import { useText } from './text';

const ICONS: Record<Rule['how'], IconName> = { free: 'check', fee: 'info', no: 'close' };

/** What may be given back or changed, in plain words. */
export function Conditions({ offer }: { offer: Offer }) {
  const text = useText();
  const format = useFormat();
  const { conversion } = offer;
  return (
    <ul className={styles.rules}>
      {rulesOfOffer(offer).map((rule) => (
        <li key={`${rule.kind}${rule.until ?? ''}`} className={styles[rule.how]}>
          <Icon name={ICONS[rule.how]} size={18} />
          <span>
            {text(keyOf(rule), {
              until: rule.until ? format.moment(rule.until) : '',
              fee: rule.fee ? format.money(rule.fee) : '',
            })}
          </span>
        </li>
      ))}
      {conversion && (
        <li className={styles.fee}>
          <Icon name="info" size={18} />
          <span>{text('trip.rule.conversion', { day: format.day(conversion.date, 'short') })}</span>
        </li>
      )}
    </ul>
  );
}
