import { useFormat } from '@wayfare/shared/format';
import { Icon } from '@wayfare/shared/ui';
import type { Booking } from '../queries';
import { useText } from '../text';
import { rulesOf } from '../travel';
import { useNow } from '../useNow';
import styles from './Booking.module.css';

/** What may be given back or changed from now on, in plain words. */
export function Conditions({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const now = useNow();
  return (
    <ul className={styles.rules}>
      {rulesOf(booking, now).map(({ key, until, fee }) => (
        <li key={`${key}${until ?? ''}`}>
          <Icon name={key.endsWith('.no') ? 'close' : key.endsWith('.fee') ? 'info' : 'check'} size={18} />
          <span>
            {text(key, {
              until: until ? format.moment(until) : '',
              fee: fee ? format.money(fee) : '',
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}
