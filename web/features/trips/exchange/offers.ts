import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '@wayfare/shared/api';
import { dayOf } from '@wayfare/shared/format';
import { shown, type Booking } from '../queries';
import { departsAt, isZero } from '../travel';

type Schemas = components['schemas'];
export type ExchangeTrip = Schemas['ExchangeTripAnswer'];
export type ExchangeOffer = Schemas['ExchangeOfferAnswer'];

export interface Choice {
  trip: ExchangeTrip;
  offer: ExchangeOffer;
}

/** Offers are good for ten minutes. */
const GOOD_MS = 9 * 60_000;
const SHOWN = 20;

/** Trips of a day that the booking can be changed to. */
export const exchangeQuery = ({ locator }: Pick<Booking, 'locator'>, date: string) =>
  queryOptions({
    queryKey: ['exchange', locator, date],
    queryFn: async ({ signal }) => {
      const body = { date, max_transfers: 3, limit: SHOWN };
      const call = api.POST('/v1/bookings/{locator}/exchange-offers', { ...shown(locator), body, signal });
      return (await ask(call)).trips;
    },
    staleTime: GOOD_MS,
    gcTime: 0,
  });

/** Those that are another trip than the present one, and can be bought. */
export const otherTrips = (trips: readonly ExchangeTrip[], booking: Booking): ExchangeTrip[] =>
  trips.filter(
    ({ legs, offers }) =>
      offers.length > 0 &&
      legs.map((leg) => leg.departure_id).join() !== booking.legs.map((leg) => leg.departure_id).join(),
  );

/** The first day that may be asked for, and the one that is proposed: that of the trip. */
export const dayOfTrip = (booking: Booking): string => dayOf(departsAt(booking));

/** What is done with money: nothing, paid or given back. */
export function settlementOf({ to_pay: pay, to_refund: refund }: ExchangeOffer): 'even' | 'pay' | 'refund' {
  if (!isZero(pay)) return 'pay';
  return isZero(refund) ? 'even' : 'refund';
}
