import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [{ path: '/trip', title: 'trip.title', load: () => import('./TripPage') }],
} satisfies Feature;
