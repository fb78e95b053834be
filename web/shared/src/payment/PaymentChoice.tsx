import { useId } from 'react';
import { useSharedText, type SharedKey } from '../i18n';
import { cx } from '../ui/classes';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Surface';
import { payable, type Payable, type Payment, type PaymentMethod } from './methods';
import styles from './PaymentChoice.module.css';

/** What the simulated gateway's cards do, in the present language; a card that is not named here says it itself. */
const CARDS: Record<string, SharedKey> = {
  tok_approved: 'pay.card.approved',
  tok_declined: 'pay.card.declined',
  tok_insufficient_funds: 'pay.card.funds',
  tok_3ds: 'pay.card.bank',
  tok_3ds_declined: 'pay.card.bank.declined',
  tok_slow: 'pay.card.slow',
  tok_capture_declined: 'pay.card.capture',
};

interface PaymentChoiceProps {
  methods: readonly PaymentMethod[];
  value: Payment | null;
  onChange: (payment: Payment) => void;
}

/** How to pay: one of a few, all in sight. */
export function PaymentChoice({ methods, value, onChange }: PaymentChoiceProps) {
  const text = useSharedText();
  const group = useId();
  const ways = payable(methods);
  const simulated = ways.some(({ card }) => card);
  const elsewhere = methods.some(
    ({ method, token, test_cards: cards }) => method === 'card' && !token && cards.length === 0,
  );
  return (
    <div className={styles.choice}>
      {simulated && <p className={styles.hint}>{text('pay.simulated')}</p>}
      {ways.length > 0 && (
        <fieldset className={styles.ways}>
          <legend className="visually-hidden">{text('pay.legend')}</legend>
          {ways.map((way) => (
            <Way
              key={way.token}
              way={way}
              group={group}
              checked={value?.token === way.token}
              onChoose={() => onChange({ method: way.method, token: way.token })}
            />
          ))}
        </fieldset>
      )}
      {elsewhere && <Notice tone="warning">{text('pay.cards.follow')}</Notice>}
      {ways.length === 0 && !elsewhere && <Notice tone="warning">{text('pay.none')}</Notice>}
    </div>
  );
}

interface WayProps {
  way: Payable;
  group: string;
  checked: boolean;
  onChoose: () => void;
}

function Way({ way: { method, card, token }, group, checked, onChoose }: WayProps) {
  const text = useSharedText();
  const known = CARDS[token];
  const about = known ? text(known) : (card?.about ?? '');
  return (
    <label className={cx(styles.way, checked && styles.checked)}>
      <input type="radio" name={group} checked={checked} onChange={onChoose} />
      <Icon name={method === 'card' ? 'card' : 'out'} />
      <span className={styles.words}>
        <span className={styles.name}>{text(method === 'card' ? 'pay.card' : 'pay.paypal')}</span>
        <span className={styles.about}>{method === 'card' ? about : text('pay.paypal.about')}</span>
      </span>
    </label>
  );
}
