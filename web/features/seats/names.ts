import { useNames } from '@wayfare/shared/trips';
import { isBerth, isSleeper } from './plan';
import type { Seats, Unit, Wish } from './seats';
import type { SeatsKey } from './text';
import { useText } from './text';

const FEATURES: Record<string, SeatsKey> = {
  window: 'seats.feature.window',
  aisle: 'seats.feature.aisle',
  middle: 'seats.feature.middle',
  table: 'seats.feature.table',
  forward: 'seats.feature.forward',
  extra_legroom: 'seats.feature.extra_legroom',
  accessible: 'seats.feature.accessible',
  lower: 'seats.feature.lower',
  upper: 'seats.feature.upper',
  side_lower: 'seats.feature.side_lower',
  side_upper: 'seats.feature.side_upper',
};

export const coachOf = (seats: Seats, unit: string): string =>
  seats.coaches.find(({ units }) => units.some((one) => one.unit === unit))?.coach ?? '';

/** Names of seats in words: "Coach 3, seat 45" and "window, table". */
export function useSeatNames(seats: Seats) {
  const text = useText();
  const names = useNames();
  const sleeper = isSleeper(seats.coaches.flatMap(({ units }) => units));
  const key = (feature: string): SeatsKey | undefined =>
    feature === 'middle' && sleeper ? 'seats.feature.middle_berth' : FEATURES[feature];
  return {
    /** `coach`: where it is known that the seat is in it. */
    seat: (unit: Unit, coach = coachOf(seats, unit.unit)) =>
      isBerth(unit, sleeper)
        ? text('seats.berth', { coach, label: unit.label })
        : names.seat({ coach, label: unit.label }),
    features: (unit: Unit): string[] =>
      unit.features.flatMap((feature) => {
        const known = key(feature);
        return known ? [text(known)] : [];
      }),
    feature: (wish: Wish) => text(key(wish) ?? `seats.feature.${wish}`),
    /** "window, table, free": side by side, in one breath. */
    join: (parts: readonly string[]) => parts.join(text('seats.separator')),
  };
}

export type SeatNames = ReturnType<typeof useSeatNames>;
