import { useRef, useState, type RefObject } from 'react';
import type { CardHandle } from './stripe/CardForm';
import { payable, type Means, type Payment, type PaymentMethod } from './methods';

export interface Paying {
  payment: Payment | null;
  choose: (payment: Payment) => void;
  /** The card form, while it is there. */
  card: RefObject<CardHandle | null>;
  /** What to send, made now where the card form makes it. Null: something is missing, and the form says what. */
  means: () => Promise<Means | null>;
}

/** How somebody wants to pay. Where a card is the only way, nobody has to pick it. */
export function usePayment(methods: readonly PaymentMethod[] | undefined): Paying {
  const [chosen, choose] = useState<Payment | null>(null);
  const card = useRef<CardHandle>(null);
  const ways = payable(methods ?? []);
  const only = ways.length === 1 && ways[0]?.publishableKey ? ways[0] : null;
  const payment = chosen ?? only;
  const means = async (): Promise<Means | null> => {
    if (!payment) return null;
    const token = payment.token ?? (await card.current?.token());
    // Who has left meanwhile does not want to pay any more.
    return token && (payment.token ?? card.current) ? { method: payment.method, token } : null;
  };
  return { payment, choose, card, means };
}
