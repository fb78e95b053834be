import { writeChoice, type TripChoice } from '../trips/choice';
import { writeSearch, type TripSearch } from '../trips/search';

/** Where a link leads; spread it: `<Link {...links.results(search)}>`, `navigate(links.trips())`. */
export interface Target {
  to: string;
  search?: Record<string, string>;
  params?: Record<string, string>;
}

/** The addresses of all pages: features link to each other by these alone. */
export const links = {
  home: (search?: TripSearch): Target => ({ to: '/', search: search ? writeSearch(search) : {} }),
  results: (search: TripSearch): Target => ({ to: '/results', search: writeSearch(search) }),
  trip: (choice: TripChoice): Target => ({ to: '/trip', search: writeChoice(choice) }),
  seats: (choice: TripChoice): Target => ({ to: '/seats', search: writeChoice(choice) }),
  /** `hold`: what POST /v1/holds answered, once seats are held. */
  checkout: (choice: TripChoice, hold?: string): Target => ({
    to: '/checkout',
    search: { ...writeChoice(choice), ...(hold ? { hold } : {}) },
  }),
  trips: (): Target => ({ to: '/trips' }),
  booking: (locator: string): Target => ({ to: '/bookings/$locator', params: { locator } }),
  cancel: (locator: string): Target => ({ to: '/bookings/$locator/cancel', params: { locator } }),
  exchange: (locator: string): Target => ({ to: '/bookings/$locator/exchange', params: { locator } }),
  login: (next?: string): Target => ({ to: '/login', search: next ? { next } : {} }),
  register: (): Target => ({ to: '/register' }),
  reset: (): Target => ({ to: '/reset' }),
  account: (section?: 'travellers' | 'devices' | 'privacy'): Target => ({
    to: section ? `/account/${section}` : '/account',
  }),
};
