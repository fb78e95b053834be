import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [
    {
      path: '/trips',
      title: 'trips.title',
      load: () => import('./list/TripsPage'),
      nav: { label: 'nav.trips', icon: 'ticket', order: 2 },
    },
    { path: '/bookings/$locator', title: 'trips.booking', load: () => import('./booking/BookingPage') },
    { path: '/bookings/$locator/cancel', title: 'trips.cancel', load: () => import('./cancel/CancelPage') },
    {
      path: '/bookings/$locator/exchange',
      title: 'trips.exchange',
      load: () => import('./exchange/ExchangePage'),
    },
  ],
} satisfies Feature;
