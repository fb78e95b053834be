import { useId, useState } from 'react';
import type { Money } from '../format';
import { useSharedText, type SharedKey } from '../i18n';
import { cx } from '../ui/classes';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Surface';
import { payable, type Payable, type PaymentMethod } from './methods';
import styles from './PaymentChoice.module.css';
import { CardForm } from './stripe/CardForm';
import type { Paying } from './usePayment';

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
  /** What is to be paid. */
  price: Money;
  paying: Paying;
}

/** How to pay: one of a few, all in sight, and the form of the card where one is needed. */
export function PaymentChoice({ methods, price, paying: { payment, choose, card } }: PaymentChoiceProps) {
  const text = useSharedText();
  const group = useId();
  const ways = payable(methods);
  const [opened, setOpened] = useState(false);
  const formed = ways.find(({ publishableKey }) => publishableKey !== null);
  const inForm = payment !== null && payment.token === null;
  if (inForm && !opened) setOpened(true); // what was typed outlives a look at another way
  const simulated = ways.some(({ card: played }) => played);
  return (
    <div className={styles.choice}>
      {simulated && <p className={styles.hint}>{text('pay.simulated')}</p>}
      {(ways.length > 1 || (ways.length === 1 && !formed)) && (
        <fieldset className={styles.ways}>
          <legend className="visually-hidden">{text('pay.legend')}</legend>
          {ways.map((way) => (
            <Way
              key={way.token}
              way={way}
              group={group}
              checked={payment !== null && payment.token === way.token}
              onChoose={() => choose({ method: way.method, token: way.token })}
            />
          ))}
        </fieldset>
      )}
      {opened && formed?.publishableKey && (
        <div hidden={!inForm}>
          <CardForm ref={card} publishableKey={formed.publishableKey} price={price} />
        </div>
      )}
      {ways.length === 0 && <Notice tone="warning">{text('pay.none')}</Notice>}
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
  const known = token && CARDS[token];
  const about = card
    ? known
      ? text(known)
      : card.about
    : text(method === 'card' ? 'pay.form.about' : 'pay.paypal.about');
  const name = method === 'paypal' ? 'pay.paypal' : card ? 'pay.card' : 'pay.form';
  return (
    <label className={cx(styles.way, checked && styles.checked)}>
      <input type="radio" name={group} checked={checked} onChange={onChoose} />
      <Icon name={method === 'card' ? 'card' : 'out'} />
      <span className={styles.words}>
        <span className={styles.name}>{text(name)}</span>
        <span className={styles.about}>{about}</span>
      </span>
    </label>
  );
}
