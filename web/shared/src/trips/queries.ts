import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask, Problem, type components } from '../api';
import type { TripChoice } from './choice';
import { writeParty, type TripSearch } from './search';

type Schemas = components['schemas'];
export type PlaceMatch = Schemas['PlaceMatchAnswer'];
export type Trip = Schemas['TripAnswer'];
export type Offer = Schemas['OfferAnswer'];
export type Offers = Schemas['OffersAnswer'];
export type Place = Offers['from'];
export type Leg = Trip['legs'][number];
export type Departure = Schemas['DepartureAnswer'];

const PAGE = 15;
/** Offers last half an hour; seats left change sooner. */
const FRESH_MS = 60_000;

function queryOf({ from, to, date, party, modes }: TripSearch) {
  return {
    from,
    to,
    date,
    passengers: writeParty(party),
    ...(modes.length ? { mode: modes.join(',') } : {}),
  };
}

/** The trips of a day, page by page, in order of departure. Starts at `time` where given, and goes back from there. */
export const tripsQuery = (search: TripSearch, time?: string) =>
  infiniteQueryOptions({
    queryKey: ['trips', queryOf(search), time ?? null],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { ...queryOf(search), limit: PAGE, ...(cursor ? { cursor } : time ? { time } : {}) };
      return ask(api.GET('/v1/offers', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    getPreviousPageParam: (page) => page.previous_cursor,
    staleTime: FRESH_MS,
  });

/** One trip with its offers as they are now. Not among those of its minute any more: `Problem` trip_gone. */
export const tripQuery = (choice: TripChoice) =>
  queryOptions({
    queryKey: ['trip', queryOf(choice.search), choice.trip],
    queryFn: async ({ signal }) => {
      const query = { ...queryOf(choice.search), time: choice.time, limit: 50 };
      const found = await ask(api.GET('/v1/offers', { params: { query }, signal }));
      const trip = found.trips.find(({ id }) => id === choice.trip);
      if (!trip) throw new Problem('trip_gone', 404, 'This trip is not found any more.');
      return { trip, from: found.from, to: found.to };
    },
    staleTime: FRESH_MS,
  });

/** All calls of a departure, with their platforms and time zones. */
export const departureQuery = (departure: string) =>
  queryOptions({
    queryKey: ['departure', departure],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/departures/{departure_id}', { params: { path: { departure_id: departure } }, signal }),
      ),
    staleTime: 5 * 60_000,
  });

export const offerOf = (trip: Trip, choice: TripChoice): Offer | undefined =>
  trip.offers.find((offer) => offer.cabin === choice.cabin && offer.fare_family === choice.family);

/** The cheapest offer that can be bought. */
export function cheapest(trip: Trip): Offer | undefined {
  const open = trip.offers.filter((offer) => offer.offer_id !== null);
  return open.reduce<Offer | undefined>(
    (best, offer) => (best && Number(best.price.amount) <= Number(offer.price.amount) ? best : offer),
    undefined,
  );
}
