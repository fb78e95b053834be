import { button, dialog, submit, type Entry } from './entry.ts';
import type { World } from './world.ts';

const booking =
  (page = '') =>
  async (world: World) =>
    `/bookings/${(await world.booking()).locator}${page}`;

export const TRIPS: Entry[] = [
  { name: 'trips', title: 'My trips, as a guest', path: '/trips', address: () => '/trips' },
  {
    name: 'trips-customer',
    title: 'My trips, signed in',
    path: '/trips',
    by: 'customer',
    address: () => '/trips',
    there: (page) => page.getByRole('heading', { level: 3 }).nth(1),
  },
  {
    name: 'booking-find',
    title: 'A booking from a letter, on a new device',
    path: '/bookings/$locator',
    address: booking(),
    there: submit,
  },
  {
    name: 'booking',
    title: 'A booking',
    path: '/bookings/$locator',
    by: 'guest',
    address: booking(),
    there: (page) => page.locator('button[aria-haspopup=dialog]').first(),
  },
  {
    name: 'booking-ticket',
    title: 'The ticket on screen',
    path: '/bookings/$locator',
    by: 'guest',
    address: booking(),
    over: true,
    then: async (page) => {
      await page.locator('button[aria-haspopup=dialog]').first().click();
      await dialog(page).getByRole('img').first().waitFor();
    },
  },
  {
    name: 'booking-offline',
    title: 'A booking without a network',
    path: '/bookings/$locator',
    by: 'guest',
    address: booking(),
    there: (page) => page.locator('button[aria-haspopup=dialog]').first(),
    then: async (page, say) => {
      await page.context().setOffline(true);
      await page.getByText(say('app.offline')).waitFor();
    },
  },
  {
    name: 'cancel',
    title: 'Cancelling, and what comes back',
    path: '/bookings/$locator/cancel',
    by: 'guest',
    address: booking('/cancel'),
    there: (page) => page.locator('main dl'),
  },
  {
    name: 'exchange',
    title: 'Changing the trip',
    path: '/bookings/$locator/exchange',
    by: 'guest',
    address: booking('/exchange'),
    there: (page) => page.locator('main ul ul button').first(),
  },
];

export const ACCOUNT: Entry[] = [
  { name: 'register', title: 'A new account', path: '/register', address: () => '/register', there: submit },
  { name: 'login', title: 'Log in', path: '/login', address: () => '/login', there: submit },
  {
    name: 'verify',
    title: 'A letter’s link that is too old',
    path: '/verify',
    address: () => '/verify#token=old',
  },
  {
    name: 'forgotten',
    title: 'A forgotten password',
    path: '/reset',
    address: () => '/reset',
    there: submit,
  },
  {
    name: 'profile',
    title: 'Profile',
    path: '/account',
    by: 'customer',
    address: () => '/account',
    there: submit,
  },
  {
    name: 'travellers',
    title: 'Travellers',
    path: '/account/travellers',
    by: 'customer',
    address: () => '/account/travellers',
    there: (page) => page.getByRole('main').getByText('Turing'),
  },
  {
    name: 'devices',
    title: 'Password and devices',
    path: '/account/devices',
    by: 'customer',
    address: () => '/account/devices',
    there: (page) => page.locator('main li').first(),
  },
  {
    name: 'privacy',
    title: 'Privacy',
    path: '/account/privacy',
    by: 'customer',
    address: () => '/account/privacy',
    there: (page) => page.locator('main input[type=checkbox]').first(),
  },
];

export const SHELL: Entry[] = [
  {
    name: 'preferences',
    title: 'Language and appearance',
    path: '/',
    address: () => '/',
    over: true,
    then: async (page, say) => {
      await button(page, say('app.preferences')).click();
      await dialog(page).waitFor();
    },
  },
  { name: 'missing', title: 'An address that does not exist', path: null, address: () => '/nowhere' },
  {
    name: 'broken',
    title: 'A page that cannot be loaded',
    path: null,
    before: (page) => page.route('**/assets/RegisterPage-*.js', (route) => route.abort()),
    address: () => '/register',
    there: (page) => page.getByRole('main').getByRole('button'),
  },
];
