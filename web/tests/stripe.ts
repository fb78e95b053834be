import type { Appearance, Stripe } from '@stripe/stripe-js';
import { vi } from 'vitest';

/** What Stripe.js is told when its fields are opened. */
interface Opened {
  locale: string;
  amount: number;
  currency: string;
  mode: string;
  paymentMethodCreation: string;
  allowedPaymentMethodTypes: string[];
  appearance: Appearance;
}
type Wrong = { error: { type: string; message?: string } };

/** Stripe.js as its page gives it, with fields that are filled in already. What goes wrong is said in a test. */
export function fakeStripe() {
  const heard = new Map<string, () => void>();
  let count = 0;
  const element = {
    on: vi.fn((name: string, listener: () => void) => heard.set(name, listener)),
    mount: vi.fn((host: HTMLElement) => {
      host.append(document.createElement('div'));
      queueMicrotask(() => heard.get('ready')?.());
    }),
    focus: vi.fn(),
    destroy: vi.fn(),
  };
  const elements = {
    create: vi.fn((_kind: string, _options: unknown) => element),
    update: vi.fn((_look: Partial<Opened>) => undefined),
    submit: vi.fn((): Promise<Partial<Wrong>> => Promise.resolve({})),
  };
  const open = vi.fn((_options: Opened) => elements);
  const createPaymentMethod = vi.fn((_from: unknown): Promise<Wrong | { paymentMethod: { id: string } }> => {
    count += 1;
    return Promise.resolve({ paymentMethod: { id: `pm_${count}` } });
  });
  const stripe = { elements: open, createPaymentMethod } as unknown as Stripe;
  return {
    stripe,
    open,
    elements,
    element,
    createPaymentMethod,
    tell: (name: string) => heard.get(name)?.(),
  };
}
