import { describe, expect, it } from 'vitest';
import { bookedLegOf, bookingOf } from '../../../tests/bookings';
import { otherTrips, settlementOf, type ExchangeOffer, type ExchangeTrip } from './offers';

const euros = (amount: string) => ({ amount, currency: 'EUR' });

function offerOf(pay: string, refund: string): ExchangeOffer {
  return {
    exchange_offer_id: 'x',
    cabin_name: 'Second',
    fare_family: 'flex',
    fare_family_name: 'Flex',
    seats_left: 3,
    price: euros('80.00'),
    fee: euros('0.00'),
    to_pay: euros(pay),
    to_refund: euros(refund),
    conditions: { refund: [], exchange: [], name_change_until: null, text: [] },
    expires_at: '2026-11-21T09:00:00+01:00',
  };
}

const tripOf = (departure: string, offers = [offerOf('0.00', '0.00')]): ExchangeTrip => ({
  legs: [bookedLegOf({ departure_id: departure })],
  offers,
});

describe('trips to change to', () => {
  it('are others than the present one, with something to buy', () => {
    const trips = [tripOf('20261201-7'), tripOf('20261201-9'), tripOf('20261201-11', [])];
    expect(otherTrips(trips, bookingOf()).map(({ legs }) => legs[0]?.departure_id)).toEqual(['20261201-9']);
  });

  it('cost something, nothing, or less', () => {
    expect(settlementOf(offerOf('12.00', '0.00'))).toBe('pay');
    expect(settlementOf(offerOf('0.00', '0.00'))).toBe('even');
    expect(settlementOf(offerOf('0.00', '7.50'))).toBe('refund');
  });
});
