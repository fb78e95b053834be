import type { Appearance, StripeElementLocale } from '@stripe/stripe-js';
import type { Locale } from '../../i18n';

/** Stripe's fields speak no Hindi. */
const LOCALES: Record<Locale, StripeElementLocale> = {
  en: 'en-GB',
  de: 'de',
  fr: 'fr',
  ar: 'ar',
  hi: 'en-GB',
};

export const stripeLocale = (locale: Locale): StripeElementLocale => LOCALES[locale];

/** Our tokens as Stripe's fields take them, which are in frames and know no variables of ours. */
export function appearanceOf(host: HTMLElement, dark: boolean): Appearance {
  const colour = (token: string) => colourOf(host, token);
  const border = `1px solid ${colour('line-strong')}`;
  return {
    theme: dark ? 'night' : 'stripe',
    labels: 'above',
    variables: {
      colorPrimary: colour('accent'),
      colorBackground: colour('surface'),
      colorText: colour('ink'),
      colorTextSecondary: colour('ink-soft'),
      colorTextPlaceholder: colour('ink-soft'),
      colorDanger: colour('danger'),
      fontFamily: 'system-ui, sans-serif',
      fontSizeBase: '16px',
      borderRadius: '12px',
      focusOutline: `2px solid ${colour('focus')}`,
      focusBoxShadow: 'none',
    },
    rules: {
      '.Input': { border, boxShadow: 'none' },
      '.Input--invalid': { border: `1px solid ${colour('danger')}`, boxShadow: 'none' },
      '.Label': { color: colour('ink-soft'), fontWeight: '600' },
    },
  };
}

/** What a token is in the scheme of now: `light-dark()` is resolved by the browser alone. */
function colourOf(host: HTMLElement, token: string): string {
  host.style.color = `var(--${token})`;
  const { color } = getComputedStyle(host);
  host.style.color = '';
  return color;
}
