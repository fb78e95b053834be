import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '../api';

type Schemas = components['schemas'];
export type PaymentMethod = Schemas['PaymentMethodAnswer'];

/** How somebody wants to pay. `token` is null where the card form makes one when it is paid. */
export interface Payment {
  method: PaymentMethod['method'];
  token: string | null;
}

/** What is sent: the gateway's token, never a card number. */
export interface Means extends Payment {
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
  /** For whose account the card form makes tokens; null for what needs no form. */
  publishableKey: string | null;
}

/** What can be picked among the methods. One that offers neither token nor form nor test cards cannot. */
export const payable = (methods: readonly PaymentMethod[]): Payable[] =>
  methods.flatMap(({ method, token, publishable_key: publishableKey, test_cards: cards }) => [
    ...cards.map((card) => ({ method, token: card.token, card, publishableKey: null })),
    ...(publishableKey ? [{ method, token: null, card: null, publishableKey }] : []),
    ...(token ? [{ method, token, card: null, publishableKey: null }] : []),
  ]);
