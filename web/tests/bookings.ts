import type { components } from '../shared/src/api';

export type Booking = components['schemas']['BookingAnswer'];
const euros = (amount: string) => ({ amount, currency: 'EUR' });

/** A booking for tests: two people from Berlin to München on one train. What matters to a test is said there. */
export function bookingOf(change: Partial<Booking> = {}): Booking {
  return {
    booking_id: '0190a0a0-0000-7000-8000-000000000001',
    locator: 'ABC234',
    status: 'confirmed',
    created_at: '2026-11-21T08:00:00+01:00',
    price: euros('119.80'),
    paid: euros('119.80'),
    fees: euros('0.00'),
    refunded: euros('0.00'),
    refunds: [],
    exchanges: [],
    conversion: null,
    fare_family: 'saver',
    legs: [bookedLegOf()],
    passengers: [
      { passenger: 1, given_name: 'Ada', family_name: 'Lovelace', category: 'adult', birth_date: null },
      { passenger: 2, given_name: 'Alan', family_name: 'Turing', category: 'adult', birth_date: null },
    ],
    contact: { email: 'ada@example.org', phone: null },
    items: [itemOf(1), itemOf(2)],
    tickets: [ticketOf(1), ticketOf(2)],
    conditions: { refund: [], exchange: [], name_change_until: null, text: [] },
    ...change,
  };
}

export function bookedLegOf(change: Partial<Booking['legs'][number]> = {}): Booking['legs'][number] {
  return {
    departure_id: '20261201-7',
    mode: 'rail',
    operator: 'Rail',
    line: 'E1',
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
    cabin: 'second',
    cabin_name: 'Second',
    units: [],
    ...change,
  };
}

export const itemOf = (
  passenger: number,
  state: Booking['items'][number]['state'] = 'ticketed',
): Booking['items'][number] => ({
  passenger,
  leg: 1,
  state,
  coach: '7',
  label: String(40 + passenger),
  price: euros('59.90'),
});

export const ticketOf = (passenger: number): Booking['tickets'][number] => ({
  passenger,
  leg: 1,
  number: `ABC234-${passenger}-1`,
  url: `/v1/bookings/ABC234/tickets/${passenger}.pdf`,
});
