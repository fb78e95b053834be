import { isDay } from '../format/moments';

export const CATEGORIES = ['adult', 'child', 'senior', 'student'] as const;
export type Category = (typeof CATEGORIES)[number];
export type Party = Partial<Record<Category, number>>;
export const MODES = ['rail', 'coach', 'air', 'ferry'] as const;
export type Mode = (typeof MODES)[number];
export const PARTY_MAX = 9;

/** What is searched. `from` and `to` take an id, a code or a name. */
export interface TripSearch {
  from: string;
  to: string;
  /** YYYY-MM-DD by the origin's clocks. */
  date: string;
  party: Party;
  /** Only these; empty: any. */
  modes: readonly Mode[];
}

type Raw = Readonly<Record<string, string | undefined>>;

export const partySize = (party: Party): number =>
  CATEGORIES.reduce((sum, category) => sum + (party[category] ?? 0), 0);

/** "adult:2,child:1"; what is no party of one to nine is one adult. */
export function readParty(text: string | undefined): Party {
  const party: Party = {};
  for (const part of (text ?? '').split(',')) {
    const [category, count] = part.split(':');
    const known = CATEGORIES.find((name) => name === category);
    if (known && /^\d$/.test(count ?? '') && Number(count) > 0) party[known] = Number(count);
  }
  const size = partySize(party);
  return size >= 1 && size <= PARTY_MAX ? party : { adult: 1 };
}

export const writeParty = (party: Party): string =>
  CATEGORIES.filter((category) => party[category])
    .map((category) => `${category}:${party[category] ?? 0}`)
    .join(',');

export const readModes = (text: string | undefined): Mode[] =>
  MODES.filter((mode) => (text ?? '').split(',').includes(mode));

/** Null when the address does not say from where to where and when. */
export function readSearch(raw: Raw): TripSearch | null {
  const { from, to, date } = raw;
  if (!from || !to || !date || !isDay(date)) return null;
  return { from, to, date, party: readParty(raw.passengers), modes: readModes(raw.mode) };
}

export function writeSearch({ from, to, date, party, modes }: TripSearch): Record<string, string> {
  const some = modes.length > 0 && modes.length < MODES.length;
  return { from, to, date, passengers: writeParty(party), ...(some ? { mode: modes.join(',') } : {}) };
}

/** The categories of the party one by one, in the order in which offers price them. */
export const passengersOf = (party: Party): Category[] =>
  CATEGORIES.flatMap((category) => Array.from({ length: party[category] ?? 0 }, () => category));
