import type { Stripe, StripeElementsUpdateOptions, StripeError } from '@stripe/stripe-js';

const PATIENCE_MS = 20_000;

/** Stripe.js, which only works as loaded from Stripe. Rejects where it does not come: blocked, or no network. */
export async function loadCards(publishableKey: string): Promise<Stripe> {
  const { loadStripe } = await import('@stripe/stripe-js/pure');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Stripe.js takes too long')), PATIENCE_MS);
  });
  const stripe = await Promise.race([loadStripe(publishableKey), late]).finally(() => clearTimeout(timer));
  if (!stripe) throw new Error('Stripe.js is for browsers');
  return stripe;
}

export type Look = Required<
  Pick<StripeElementsUpdateOptions, 'locale' | 'appearance' | 'amount' | 'currency'>
>;

interface Heard {
  ready: () => void;
  failed: () => void;
  changed: () => void;
}

/** A token, or what is wrong with the card. */
export type Made = { token: string } | { wrong: StripeError };

export interface Fields {
  update: (look: Look) => void;
  focus: () => void;
  make: () => Promise<Made>;
  close: () => void;
}

/** Stripe's fields for a card inside `host`. The numbers stay in its frames: what comes out is a payment method's id. */
export function openFields(stripe: Stripe, host: HTMLElement, look: Look, heard: Heard): Fields {
  const elements = stripe.elements({
    ...look,
    mode: 'payment',
    captureMethod: 'manual',
    paymentMethodCreation: 'manual',
    allowedPaymentMethodTypes: ['card'],
    loader: 'never',
  });
  const element = elements.create('payment', {
    layout: 'tabs',
    wallets: { applePay: 'never', googlePay: 'never', link: 'never' },
  });
  element.on('ready', heard.ready);
  element.on('loaderror', heard.failed);
  element.on('change', heard.changed);
  element.mount(host);
  return {
    update: (next) => void elements.update(next),
    focus: () => element.focus(),
    make: async () => {
      const { error: missing } = await elements.submit();
      if (missing) return { wrong: missing };
      const { error, paymentMethod } = await stripe.createPaymentMethod({ elements });
      return error ? { wrong: error } : { token: paymentMethod.id };
    },
    close: () => element.destroy(),
  };
}
