import type { Money } from '../../format';

const HUNDREDFOLD = new Set(['ISK', 'UGX']);
const WITHOUT_DECIMALS = new Set(['MGA']);

/** A sum in Stripe's units, which differ from ISO 4217 for some currencies: https://docs.stripe.com/currencies */
export function stripeAmount({ amount, currency }: Money): number {
  if (WITHOUT_DECIMALS.has(currency)) return parseInt(amount, 10);
  const minor = parseInt(amount.replace('.', ''), 10);
  return HUNDREDFOLD.has(currency) ? minor * 100 : minor;
}
