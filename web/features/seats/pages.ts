import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [{ path: '/seats', title: 'seats.title', load: () => import('./SeatsPage') }],
} satisfies Feature;
