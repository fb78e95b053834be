import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '@wayfare/shared/api';
import type { Leg, Offer } from '@wayfare/shared/trips';

type Schemas = components['schemas'];
export type Seats = Schemas['SeatsAnswer'];
export type Unit = Seats['coaches'][number]['units'][number];
export type UnitState = Unit['state'];

/** A leg with the cabin that was bought for it. */
export interface Ride {
  leg: Leg;
  cabin: string;
}

export const ridesOf = (legs: readonly Leg[], { cabins, cabin }: Offer): Ride[] =>
  legs.map((leg, at) => ({ leg, cabin: cabins[at] ?? cabin }));

type LegAsked = Pick<Leg, 'departure_id' | 'from_call' | 'to_call'>;

/** The layout of a leg's vehicle with the state of each unit; kept up to date by `useLiveSeats`. */
export const seatsQuery = ({ departure_id: departure, from_call: from, to_call: to }: LegAsked) =>
  queryOptions({
    queryKey: ['seats', departure, from, to],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/departures/{departure_id}/seats', {
          params: { path: { departure_id: departure }, query: { from: String(from), to: String(to) } },
          signal,
        }),
      ),
    staleTime: 5_000,
  });

/** Whether seats of a cabin have numbers; where they have none, people sit where they like. */
export const isNumbered = (seats: Seats, cabin: string): boolean =>
  seats.cabins.some((one) => one.cabin === cabin && one.numbered);

/** What can be wished for in a cabin, in the order in which it is asked. */
export const WISHES = [
  'window',
  'aisle',
  'table',
  'forward',
  'extra_legroom',
  'lower',
  'middle',
  'upper',
  'side_lower',
  'side_upper',
] as const;
export type Wish = (typeof WISHES)[number];

export function wishesOf(seats: Seats, cabin: string): Wish[] {
  const there = new Set(
    seats.coaches.flatMap(({ units }) =>
      units.filter((unit) => unit.cabin === cabin).flatMap(({ features }) => features),
    ),
  );
  // In the middle of three seats nobody wishes to sit; in the middle of three berths some do.
  return WISHES.filter((wish) => there.has(wish) && (wish !== 'middle' || there.has('lower')));
}

export const hasAccessible = (seats: Seats, cabin: string): boolean =>
  seats.coaches.some(({ units }) =>
    units.some((unit) => unit.cabin === cabin && unit.features.includes('accessible')),
  );

export const findUnit = (seats: Seats | undefined, id: string): Unit | undefined =>
  seats?.coaches.flatMap(({ units }) => units).find(({ unit }) => unit === id);

/** The same picture with newer states. Units that it does not have are passed over. */
export function withStates(seats: Seats, states: Readonly<Record<string, UnitState>>): Seats {
  const changed = seats.coaches.some(({ units }) =>
    units.some(({ unit, state }) => (states[unit] ?? state) !== state),
  );
  if (!changed) return seats;
  const coaches = seats.coaches.map((coach) => ({
    ...coach,
    units: coach.units.map((unit) => ({ ...unit, state: states[unit.unit] ?? unit.state })),
  }));
  return { ...seats, coaches };
}
