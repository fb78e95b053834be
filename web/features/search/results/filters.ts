import { clockOf } from '@wayfare/shared/format';
import { cheapest, type Trip } from '@wayfare/shared/trips';

export const SORTS = ['departure', 'arrival', 'price', 'duration', 'transfers'] as const;
export type Sort = (typeof SORTS)[number];

/** Parts of the day by the hour of leaving: from, up to but not including. */
export const BANDS = { night: [0, 6], morning: [6, 12], afternoon: [12, 18], evening: [18, 24] } as const;
export type Band = keyof typeof BANDS;
const BAND_NAMES = Object.keys(BANDS) as Band[];

/** What is left out of the trips of a day. Empty and null: nothing. */
export interface Filters {
  bands: readonly Band[];
  /** Changes at most. */
  transfers: number | null;
  /** Ids of operators; every leg must be by one of them. */
  operators: readonly string[];
  /** In whole major units of the currency that most prices are in. */
  price: number | null;
  sort: Sort;
}

type Raw = Readonly<Record<string, string | undefined>>;
type Written = Partial<Record<'at' | 'changes' | 'op' | 'max' | 'sort', string>>;

const list = (text: string | undefined) => (text ? text.split(',') : []);
const whole = (text: string | undefined) => (/^\d{1,7}$/.test(text ?? '') ? Number(text) : null);

export function readFilters(raw: Raw): Filters {
  const bands = list(raw.at);
  return {
    bands: BAND_NAMES.filter((band) => bands.includes(band)),
    transfers: whole(raw.changes),
    operators: list(raw.op),
    price: whole(raw.max),
    sort: SORTS.find((sort) => sort === raw.sort) ?? 'departure',
  };
}

export function writeFilters({ bands, transfers, operators, price, sort }: Filters): Written {
  return {
    ...(bands.length ? { at: bands.join(',') } : {}),
    ...(transfers !== null ? { changes: String(transfers) } : {}),
    ...(operators.length ? { op: operators.join(',') } : {}),
    ...(price !== null ? { max: String(price) } : {}),
    ...(sort !== 'departure' ? { sort } : {}),
  };
}

export const NO_FILTERS: Omit<Filters, 'sort'> = { bands: [], transfers: null, operators: [], price: null };

export const countFilters = ({ bands, transfers, operators, price }: Filters): number =>
  Number(bands.length > 0) +
  Number(transfers !== null) +
  Number(operators.length > 0) +
  Number(price !== null);

export function bandOf(trip: Trip): Band {
  const hour = Number(clockOf(trip.departs_at).slice(0, 2));
  return BAND_NAMES.find((band) => hour >= BANDS[band][0] && hour < BANDS[band][1]) ?? 'night';
}

/** What a trip costs at least; null: it is not sold, or in another currency. */
export function priceIn(trip: Trip, currency: string | null): number | null {
  const price = cheapest(trip)?.price;
  return price && price.currency === currency ? Number(price.amount) : null;
}

function passes(trip: Trip, filters: Filters, currency: string | null): boolean {
  const { bands, transfers, operators, price } = filters;
  if (bands.length && !bands.includes(bandOf(trip))) return false;
  if (transfers !== null && trip.transfers > transfers) return false;
  if (operators.length && !trip.legs.every((leg) => operators.includes(leg.operator.id))) return false;
  if (price === null) return true;
  const own = priceIn(trip, currency);
  return own !== null && own <= price;
}

const LAST = Number.MAX_SAFE_INTEGER;
const departs = (trip: Trip) => Date.parse(trip.departs_at);
const ORDERS: Record<Sort, (trip: Trip, currency: string | null) => number> = {
  departure: departs,
  arrival: (trip) => Date.parse(trip.arrives_at),
  price: (trip, currency) => priceIn(trip, currency) ?? LAST,
  duration: (trip) => trip.duration_s,
  transfers: (trip) => trip.transfers,
};

/** The trips that pass, in the order asked for; of equal ones the earlier departure first. */
export function arrange(trips: readonly Trip[], filters: Filters): Trip[] {
  const currency = mainCurrency(trips);
  const order = ORDERS[filters.sort];
  return trips
    .filter((trip) => passes(trip, filters, currency))
    .sort((one, other) => order(one, currency) - order(other, currency) || departs(one) - departs(other));
}

/** The currency of most prices; null: nothing is sold. */
export function mainCurrency(trips: readonly Trip[]): string | null {
  const counts = new Map<string, number>();
  for (const trip of trips) {
    const currency = cheapest(trip)?.price.currency;
    if (currency) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}

export interface Facets {
  bands: Record<Band, number>;
  /** How many trips have at most so many changes, by that number; as far as it makes a difference. */
  transfers: readonly { most: number; count: number }[];
  operators: readonly { id: string; name: string; count: number }[];
  price: { low: number; high: number; currency: string } | null;
}

/** What can be chosen among these trips. */
export function facetsOf(trips: readonly Trip[]): Facets {
  const bands: Record<Band, number> = { night: 0, morning: 0, afternoon: 0, evening: 0 };
  const operators = new Map<string, { id: string; name: string; count: number }>();
  for (const trip of trips) {
    bands[bandOf(trip)] += 1;
    for (const { id, name } of new Map(trip.legs.map(({ operator }) => [operator.id, operator])).values()) {
      operators.set(id, { id, name, count: (operators.get(id)?.count ?? 0) + 1 });
    }
  }
  const most = [...new Set(trips.map((trip) => trip.transfers))]
    .sort((one, other) => one - other)
    .slice(0, -1);
  return {
    bands,
    transfers: most.map((limit) => ({
      most: limit,
      count: trips.filter((trip) => trip.transfers <= limit).length,
    })),
    operators: [...operators.values()].sort((one, other) => other.count - one.count),
    price: priceRange(trips),
  };
}

function priceRange(trips: readonly Trip[]): Facets['price'] {
  const currency = mainCurrency(trips);
  const prices = trips.map((trip) => priceIn(trip, currency)).filter((price) => price !== null);
  if (!currency || !prices.length) return null;
  return { low: Math.ceil(Math.min(...prices)), high: Math.ceil(Math.max(...prices)), currency };
}
