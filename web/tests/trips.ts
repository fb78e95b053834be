import type { Leg, Offer, Trip } from '../shared/src/trips';

/** A trip for tests: Berlin to München, an offer of 59.90. Everything that matters to a test is said there. */
export function tripOf(change: Partial<Trip> = {}): Trip {
  return {
    id: '20261201-7.0.5',
    departs_at: '2026-12-01T08:00:00+01:00',
    arrives_at: '2026-12-01T12:00:00+01:00',
    duration_s: 4 * 3600,
    transfers: 0,
    walk_before_s: 0,
    walk_after_s: 0,
    legs: [legOf()],
    offers: [offerOf()],
    reason: null,
    ...change,
  };
}

export function legOf(change: Partial<Leg> = {}): Leg {
  return {
    departure_id: '20261201-7',
    mode: 'rail',
    operator: { id: 'rail', name: 'Rail' },
    line: { id: 'E1', name: 'E1' },
    service_number: '501',
    headsign: 'München Hbf',
    from: {
      id: 'b',
      name: 'Berlin Hbf',
      code: null,
      platform: '13',
      departs_at: '2026-12-01T08:00:00+01:00',
    },
    to: { id: 'm', name: 'München Hbf', code: null, platform: '20', arrives_at: '2026-12-01T12:00:00+01:00' },
    from_call: 0,
    to_call: 5,
    ...change,
  };
}

export function offerOf(change: Partial<Offer> = {}): Offer {
  return {
    offer_id: 'token',
    cabin: 'second',
    cabin_name: 'Second',
    cabins: ['second'],
    fare_family: 'saver',
    fare_family_name: 'Saver',
    price: { amount: '59.90', currency: 'EUR' },
    passengers: [{ category: 'adult', price: { amount: '59.90', currency: 'EUR' } }],
    availability: 'known',
    seats_left: 40,
    conditions: { refund: [], exchange: [], name_change_until: null, text: [] },
    conversion: null,
    expires_at: '2026-12-01T07:00:00+01:00',
    ...change,
  };
}

export const priced = (amount: string, currency = 'EUR'): Offer[] => [
  offerOf({ price: { amount, currency } }),
];
