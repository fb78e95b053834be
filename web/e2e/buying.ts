import type { Page } from '@playwright/test';
import { dayOf } from './days.ts';
import { button, dialog, seat, submit, type Entry, type Say } from './entry.ts';
import type { Choice, World } from './world.ts';

const IDS = { from: 'demo-rail-eu:berlin-hbf', to: 'demo-rail-eu:frankfurt-hbf' };
const RECENT = JSON.stringify([
  { id: IDS.from, name: 'Berlin Hbf' },
  { id: IDS.to, name: 'Frankfurt (Main) Hbf' },
]);
const results = (query: Record<string, string> = {}) => {
  const search = { ...IDS, date: dayOf('wednesday'), passengers: 'adult:2', ...query };
  return `/results?${new URLSearchParams(search).toString()}`;
};
const seats = (choice: (world: World) => Promise<Choice>) => async (world: World) =>
  `/seats?${(await choice(world)).query}`;
async function checkout(world: World): Promise<string> {
  const choice = await world.train();
  const { hold_id: hold } = await world.hold(choice);
  return `/checkout?${choice.query}&hold=${hold}`;
}

async function fillIn(page: Page, say: Say): Promise<void> {
  for (const [at, given, family] of [
    [0, 'Ada', 'Lovelace'],
    [1, 'Alan', 'Turing'],
  ] as const) {
    await page.getByLabel(say('checkout.given')).nth(at).fill(given);
    await page.getByLabel(say('checkout.family')).nth(at).fill(family);
  }
  await page.getByLabel(say('checkout.email')).fill('ada@example.org');
  await page.getByRole('radio').first().check();
}

export const SEARCH: Entry[] = [
  { name: 'home', title: 'The search', path: '/', address: () => '/' },
  {
    name: 'home-places',
    title: 'Suggestions of places',
    path: '/',
    address: () => '/',
    over: true,
    then: async (page, say) => {
      await button(page, say('search.from')).click();
      await page.getByRole('combobox').or(page.getByRole('searchbox')).fill('frankf');
      await page.getByRole('option').first().click({ trial: true }); // it is in sight, and nothing lies over it
    },
  },
  {
    name: 'home-dates',
    title: 'Dates and their prices',
    path: '/',
    before: (page) => page.addInitScript((recent) => localStorage.setItem('wayfare.places', recent), RECENT),
    address: () => results().replace('/results', '/'),
    over: true,
    then: async (page, say) => {
      await button(page, say('search.date')).click();
      await dialog(page).getByRole('grid').first().waitFor();
      await dialog(page).locator('[data-price]').first().waitFor();
    },
  },
  {
    name: 'home-passengers',
    title: 'Who travels',
    path: '/',
    address: () => '/',
    over: true,
    then: async (page, say) => {
      await button(page, say('search.party')).click();
      await dialog(page).waitFor();
    },
  },
  {
    name: 'results',
    title: 'Trips of a day',
    path: '/results',
    address: () => results(),
    there: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).nth(2),
  },
  {
    name: 'results-filters',
    title: 'Filters on a phone',
    path: '/results',
    only: 'phone',
    address: () => results(),
    there: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).nth(2),
    over: true,
    then: async (page, say) => {
      await button(page, say('results.filter')).click();
      await dialog(page).waitFor();
    },
  },
  {
    name: 'results-none',
    title: 'A day without a trip, and the nearest days',
    path: '/results',
    address: () =>
      results({ from: 'demo-rail-in:SVDK', to: 'demo-rail-in:NDLS', date: dayOf('thursday'), mode: 'rail' }),
    there: (page) => page.getByRole('main').getByRole('heading', { level: 2 }),
  },
  {
    name: 'results-waiting',
    title: 'While trips are looked for',
    path: '/results',
    before: (page) => page.route('**/v1/offers?*', () => undefined),
    address: () => results(),
  },
  {
    name: 'results-broken',
    title: 'When the server fails',
    path: '/results',
    before: (page) =>
      page.route('**/v1/offers?*', (route) =>
        route.fulfill({ status: 501, json: { code: 'internal_error' } }),
      ),
    address: () => results(),
    there: (page) => page.getByRole('alert'),
  },
  {
    name: 'waiting-room',
    title: 'The waiting room of a sale that everybody wants',
    path: '/results',
    before: async (page) => {
      const refused = { status: 403, json: { code: 'admission_needed', room: 'rush' } };
      const place = { place: 'p', state: 'waiting', position: 1_204, estimate_s: 480, poll_after_s: 60 };
      await page.route('**/v1/offers?*', (route) => route.fulfill(refused));
      await page.route('**/v1/waiting-rooms/**', (route) => route.fulfill({ json: place }));
    },
    address: () => results(),
    there: dialog,
    over: true,
  },
  {
    name: 'trip',
    title: 'A trip with a change, its map and its fares',
    path: '/trip',
    address: async (world) => `/trip?${(await world.changing()).query}`,
    there: (page) => page.locator('figure:not(:has([aria-busy])) canvas'),
  },
];

export const SEATS: Entry[] = [
  {
    name: 'seats-train',
    title: 'Seats of a train',
    path: '/seats',
    address: seats((world) => world.train()),
    there: seat,
    then: async (page) => {
      for (const at of [3, 4]) await page.locator('[data-unit][data-state=free]').nth(at).click();
    },
  },
  {
    name: 'seats-sleeper',
    title: 'Berths of a sleeper',
    path: '/seats',
    address: seats((world) => world.sleeper()),
    there: seat,
  },
  {
    name: 'seats-aircraft',
    title: 'Seats of an aircraft',
    path: '/seats',
    address: seats((world) => world.plane()),
    there: seat,
  },
  {
    name: 'seats-coach',
    title: 'Seats of a coach',
    path: '/seats',
    address: seats((world) => world.coach()),
    there: seat,
  },
  {
    name: 'seats-choose',
    title: 'Seats chosen by wishes',
    path: '/seats',
    only: 'phone',
    address: seats((world) => world.train()),
    there: seat,
    then: (page, say) => page.getByRole('heading', { name: say('seats.wishes') }).click(),
  },
];

export const CHECKOUT: Entry[] = [
  { name: 'checkout', title: 'Checkout', path: '/checkout', address: checkout, there: submit, then: fillIn },
  {
    name: 'checkout-wrong',
    title: 'Checkout with something missing',
    path: '/checkout',
    address: checkout,
    there: submit,
    then: async (page) => {
      await page.locator('input[type=radio]').first().waitFor();
      await submit(page).click();
      await page.locator('[aria-invalid=true]').first().waitFor();
    },
  },
  {
    name: 'checkout-declined',
    title: 'A declined payment',
    path: '/checkout',
    address: checkout,
    there: submit,
    then: async (page, say) => {
      await fillIn(page, say);
      await page.getByText(say('pay.card.declined')).first().click();
      await submit(page).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'checkout-ended',
    title: 'Seats that are no longer held',
    path: '/checkout',
    address: async (world) => {
      const address = await checkout(world);
      await world.release(new URLSearchParams(address).get('hold') ?? '');
      return address;
    },
    there: (page) => page.getByRole('main').getByRole('button').first(),
  },
];
