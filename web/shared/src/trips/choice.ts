import { readSearch, writeSearch, type TripSearch } from './search';

/**
 * A trip that was picked among what a search found and, once chosen, the offer. Offers are sealed and soon over, so
 * addresses name the trip, cabin and fare family instead: whoever opens one is shown the offer as it is then.
 */
export interface TripChoice {
  search: TripSearch;
  trip: string;
  /** When it departs, HH:MM by the origin's clock: where to find it again among many. */
  time: string;
  cabin?: string;
  family?: string;
}

type Raw = Readonly<Record<string, string | undefined>>;

export function readChoice(raw: Raw): TripChoice | null {
  const search = readSearch(raw);
  const { trip, time, cabin, family } = raw;
  if (!search || !trip || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time ?? '')) return null;
  return { search, trip, time: time ?? '', ...(cabin && family ? { cabin, family } : {}) };
}

export function writeChoice({ search, trip, time, cabin, family }: TripChoice): Record<string, string> {
  return { ...writeSearch(search), time, trip, ...(cabin && family ? { cabin, family } : {}) };
}
