import { secondsBetween } from '@wayfare/shared/format';
import type { Trip } from '@wayfare/shared/trips';

/** Between two legs. */
export interface Change {
  seconds: number;
  /** To another place, where the next leg begins. */
  walks: boolean;
  to: string;
  /** Little time: people with luggage should know. */
  tight: boolean;
}

const TIGHT_S = 8 * 60;

/** What lies between each leg and the next. */
export function changesOf({ legs }: Pick<Trip, 'legs'>): Change[] {
  return legs.slice(1).map((next, number) => {
    const before = legs[number]?.to;
    const seconds = before ? secondsBetween(before.arrives_at, next.from.departs_at) : 0;
    return { seconds, walks: before?.name !== next.from.name, to: next.from.name, tight: seconds < TIGHT_S };
  });
}
