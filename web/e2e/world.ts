import type { BrowserContextOptions } from '@playwright/test';
import type { components } from '@wayfare/shared/api';
import { dayOf } from './days.ts';
import { linkIn } from './letters.ts';

type Schemas = components['schemas'];
type Trip = Schemas['TripAnswer'];
type Offer = Schemas['OfferAnswer'];
type Booked = Schemas['NewBookingAnswer'];
/** Who looks: somebody new, a guest who has booked on this device, or a customer who is signed in. */
export type Visitor = 'stranger' | 'guest' | 'customer';

interface Wanted {
  from: string;
  to: string;
  mode?: string;
  legs?: number;
  cabin: string;
  family?: string;
}

/** A trip and the fare that is bought, with the query by which pages find them again. */
export interface Choice {
  offer: string;
  search: string;
  query: string;
}

const PASSWORD = 'a quiet seat by the window';
const PARTY = 'adult:2';
const PEOPLE = [
  { given_name: 'Ada', family_name: 'Lovelace' },
  { given_name: 'Alan', family_name: 'Turing' },
];

/** What pages show, arranged through the API once it is asked for. */
export class World {
  private booked?: Promise<Booked>;
  private registered?: Promise<void>;

  /** `email`: of whoever books, an address that no other world has. */
  constructor(
    private readonly url: string,
    private readonly email: string,
  ) {}

  /** Booked by a guest, for two. */
  booking = (): Promise<Booked> => (this.booked ??= this.train().then((choice) => this.book(choice)));

  train = (): Promise<Choice> =>
    this.choose({
      from: 'demo-rail-eu:berlin-hbf',
      to: 'demo-rail-eu:frankfurt-hbf',
      mode: 'rail',
      cabin: 'second',
    });

  changing = (): Promise<Choice> =>
    this.choose({
      from: 'demo-rail-eu:berlin-hbf',
      to: 'demo-rail-eu:frankfurt-hbf',
      mode: 'rail',
      legs: 2,
      cabin: 'second',
    });

  sleeper = (): Promise<Choice> =>
    this.choose({ from: 'demo-rail-in:NDLS', to: 'demo-rail-in:MMCT', mode: 'rail', cabin: '3A' });

  plane = (): Promise<Choice> =>
    this.choose({ from: 'demo-air:FRA', to: 'demo-air:JFK', mode: 'air', cabin: 'economy' });

  coach = (): Promise<Choice> =>
    this.choose({
      from: 'demo-coach:berlin-zob',
      to: 'demo-coach:muenchen-zob',
      mode: 'coach',
      cabin: 'standard',
    });

  hold = (choice: Choice): Promise<Schemas['HoldAnswer']> =>
    this.ask('POST', '/v1/holds', { offer_id: choice.offer });

  release = (hold: string): Promise<void> => this.ask('DELETE', `/v1/holds/${hold}`);

  /** What the browser of such a visitor keeps. Who signs in anew has a device of his own. */
  async stored(visitor: Visitor): Promise<BrowserContextOptions['storageState']> {
    const kept: Record<Visitor, () => Promise<Record<string, unknown>>> = {
      stranger: () => Promise.resolve({}),
      guest: async () => {
        const { locator, access_token: token, access_token_expires_at: expires } = await this.booking();
        return { 'wayfare.bookings': { [locator]: { token, expires } } };
      },
      customer: async () => {
        await (this.registered ??= this.register());
        const { access_token: access, refresh_token: refresh, expires_in } = await this.signIn();
        return { 'wayfare.session': { access, refresh, ends: Date.now() + expires_in * 1000 } };
      },
    };
    const localStorage = Object.entries(await kept[visitor]()).map(([name, value]) => ({
      name,
      value: JSON.stringify(value),
    }));
    return { cookies: [], origins: [{ origin: this.url, localStorage }] };
  }

  private async choose({ from, to, mode, legs = 1, cabin, family = 'flex' }: Wanted): Promise<Choice> {
    const date = dayOf('wednesday');
    const search = { from, to, date, passengers: PARTY, ...(mode ? { mode } : {}) };
    const asked = new URLSearchParams({ ...search, limit: '50' });
    const { trips } = await this.ask<{ trips: Trip[] }>('GET', `/v1/offers?${asked.toString()}`);
    const fits = (offer: Offer) => offer.offer_id && offer.cabin === cabin && offer.fare_family === family;
    const trip = trips.find((one) => one.legs.length === legs && one.offers.some(fits));
    const offer = trip?.offers.find(fits);
    if (!trip || !offer?.offer_id) throw new Error(`nobody goes from ${from} to ${to} in ${cabin}`);
    const time = trip.departs_at.slice(11, 16);
    const query = new URLSearchParams({ ...search, time, trip: trip.id, cabin, family });
    return { offer: offer.offer_id, search: new URLSearchParams(search).toString(), query: query.toString() };
  }

  private async book(choice: Choice, token?: string): Promise<Booked> {
    const { hold_id } = await this.hold(choice);
    const passengers = PEOPLE.map((person) => ({ ...person, category: 'adult' }));
    const contact = { email: this.email };
    const payment = { token: 'tok_approved' };
    return this.ask('POST', '/v1/bookings', { hold_id, passengers, contact, payment }, token);
  }

  /** A customer with travellers, a trip to come and a cancelled one. */
  private async register(): Promise<void> {
    const [person] = PEOPLE;
    await this.ask('POST', '/v1/customers', {
      ...person,
      email: this.email,
      password: PASSWORD,
      language: 'en',
    });
    await this.ask('POST', '/v1/customers/verify', { token: await this.verification() });
    const { access_token: token } = await this.signIn();
    for (const traveller of PEOPLE)
      await this.ask('POST', '/v1/me/travellers', { ...traveller, birth_date: '1990-12-10' }, token);
    await this.book(await this.sleeper(), token);
    const { locator } = await this.book(await this.coach(), token);
    const offer = await this.ask<Schemas['RefundOfferAnswer']>(
      'POST',
      `/v1/bookings/${locator}/refund-offers`,
      {},
      token,
    );
    await this.ask(
      'POST',
      `/v1/bookings/${locator}/cancel`,
      { refund_offer_id: offer.refund_offer_id },
      token,
    );
  }

  private async verification(): Promise<string> {
    return (await linkIn('verify', this.email)).replace('/verify#token=', '');
  }

  private signIn = (): Promise<Schemas['TokensAnswer']> =>
    this.ask('POST', '/v1/auth/token', { grant_type: 'password', username: this.email, password: PASSWORD });

  private async ask<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
