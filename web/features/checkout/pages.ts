import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [{ path: '/checkout', title: 'checkout.title', load: () => import('./CheckoutPage') }],
} satisfies Feature;
