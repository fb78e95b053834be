import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '../api';

type Schemas = components['schemas'];
export type PaymentMethod = Schemas['PaymentMethodAnswer'];
/** What is sent: the gateway's token, never a card number. */
export interface Payment {
  method: PaymentMethod['method'];
  token: string;
}

export const paymentMethodsQuery = queryOptions({
  queryKey: ['payment-methods'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/payment-methods', { signal }))).methods,
  staleTime: 10 * 60_000,
});

/** One way to pay that can be picked. */
export interface Payable extends Payment {
  /** How a bank's answer is foreseen for a card that only plays one; null for real means. */
  card: PaymentMethod['test_cards'][number] | null;
}

/**
 * What can be picked among the methods. Cards that need a gateway's own form in the browser are not among them: for those
 * `payable` has nothing, and the page says so.
 */
export const payable = (methods: readonly PaymentMethod[]): Payable[] =>
  methods.flatMap(({ method, token, test_cards: cards }) => [
    ...cards.map((card) => ({ method, token: card.token, card })),
    ...(token ? [{ method, token, card: null }] : []),
  ]);
