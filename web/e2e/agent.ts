import { randomUUID } from 'node:crypto';
import { expect, type APIRequestContext } from '@playwright/test';
import type { components } from '@wayfare/shared/api';
import { linkIn } from './letters.ts';

type Schemas = components['schemas'];
type Offer = Schemas['OfferAnswer'];
type Booked = Schemas['NewBookingAnswer'];

/** An offer of a trip, and the query by which the pages name it. */
export interface Chosen {
  offer: string;
  /** Without hold: `/seats?…`, `/trip?…`. */
  query: string;
  departure: string;
}

const FROM = 'demo-rail-eu:berlin-hbf';
const TO = 'demo-rail-eu:frankfurt-hbf';
const DAYS_AHEAD = 20;

/** An address that nobody else has. */
export const someAddress = (): string => `ada.${randomUUID()}@example.org`;

/** What the others do meanwhile, and what the system knows: through the public API. */
export class Agent {
  private readonly request: APIRequestContext;
  /** Tests that run at the same time travel on different days, and do not take seats from each other. */
  readonly day: string;

  constructor(request: APIRequestContext, lane: number) {
    this.request = request;
    this.day = new Date(Date.now() + (DAYS_AHEAD + lane) * 86_400_000).toISOString().slice(0, 10);
  }

  /** A direct train from Berlin to Frankfurt, second class, Flex. */
  async findTrip(passengers = 'adult:1'): Promise<Chosen> {
    const search = { from: FROM, to: TO, date: this.day, passengers, mode: 'rail' };
    const { trips } = await this.get<Schemas['OffersAnswer']>(`/v1/offers?${new URLSearchParams(search)}`);
    const suits = ({ cabin, fare_family: family, offer_id: id }: Offer) =>
      id !== null && cabin === 'second' && family === 'flex';
    const trip = trips.find(({ transfers, offers }) => transfers === 0 && offers.some(suits));
    const offer = trip?.offers.find(suits);
    if (!trip || !offer?.offer_id) throw new Error(`no train on ${this.day}`);
    const time = trip.departs_at.slice(11, 16);
    const choice = { ...search, trip: trip.id, time, cabin: 'second', family: 'flex' };
    const departure = trip.legs[0]?.departure_id ?? '';
    return { offer: offer.offer_id, query: String(new URLSearchParams(choice)), departure };
  }

  /** Hold seats as another passenger. */
  async hold({ offer }: Chosen, ...units: string[]): Promise<string> {
    const hold = await this.post<Schemas['HoldAnswer']>('/v1/holds', {
      offer_id: offer,
      ...(units.length > 0 ? { units: [units] } : {}),
    });
    return hold.hold_id;
  }

  /** Whether holds of this trip are refused for the crowd's sake by now. What is held is let go. */
  async isRefused({ offer }: Chosen): Promise<boolean> {
    const answer = await this.request.post('/v1/holds', { data: { offer_id: offer } });
    if (answer.ok()) {
      const { hold_id: hold } = (await answer.json()) as Schemas['HoldAnswer'];
      await this.request.delete(`/v1/holds/${hold}`);
    }
    return answer.status() === 429;
  }

  /** Book seats for one passenger. */
  async book(email: string): Promise<string> {
    const hold = await this.hold(await this.findTrip());
    const { locator } = await this.post<Booked>('/v1/bookings', {
      hold_id: hold,
      passengers: [{ given_name: 'Ada', family_name: 'Lovelace', category: 'adult' }],
      contact: { email },
      payment: { method: 'card', token: 'tok_approved' },
    });
    return locator;
  }

  /**
   * All bookings that were made with an address: who proves to own it is told by the system. It learns of them one after
   * the other, so another booking is made, and when that is known, those before it are.
   */
  async bookingsOf(email: string): Promise<string[]> {
    const last = await this.book(email);
    const headers = { authorization: `Bearer ${await this.register(email)}` };
    let known: string[] = [];
    await expect
      .poll(
        async () => {
          await this.post('/v1/bookings/claim', undefined, headers);
          const mine = await this.get<Schemas['BookingsAnswer']>('/v1/bookings', headers);
          return (known = mine.items.map(({ locator }) => locator));
        },
        { message: `bookings of ${email}` },
      )
      .toContain(last);
    return known.filter((locator) => locator !== last);
  }

  /** An account, whose access token this gives. */
  private async register(email: string): Promise<string> {
    const password = 'a long enough phrase 7';
    await this.post('/v1/customers', { email, password });
    const { hash } = new URL(await linkIn('verify', email), 'http://localhost');
    await this.post('/v1/customers/verify', { token: hash.replace('#token=', '') });
    const sign = { grant_type: 'password', username: email, password };
    return (await this.post<Schemas['TokensAnswer']>('/v1/auth/token', sign)).access_token;
  }

  private async get<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.request.get(path, { headers });
    if (!answer.ok()) throw new Error(`GET ${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  private async post<T>(path: string, data: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.request.post(path, { data, headers });
    if (!answer.ok()) throw new Error(`POST ${path}: ${answer.status()} ${await answer.text()}`);
    return (answer.status() === 204 ? undefined : await answer.json().catch(() => undefined)) as T;
  }
}
