import type { Problem } from '@wayfare/shared/api';
import type { CheckoutKey } from './text';

const REASONS: Record<string, CheckoutKey> = {
  insufficient_funds: 'checkout.declined.funds',
  authentication_failed: 'checkout.declined.bank',
  payment_intent_authentication_failure: 'checkout.declined.bank', // Stripe's word for it
  not_accepted: 'checkout.declined.refused',
};

/** What is told of a refused payment. Gateways have many reasons; people need to know what to do. */
export function reasonKey({ facts: { reason } }: Problem): CheckoutKey {
  return (typeof reason === 'string' && REASONS[reason]) || 'checkout.declined.card';
}
