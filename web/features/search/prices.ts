import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '@wayfare/shared/api';
import { writeParty, type TripSearch } from '@wayfare/shared/trips';

export type PricedDay = components['schemas']['CalendarAnswer']['days'][number];

const ASK_AGAIN_MS = 1_500;

/**
 * What trips cost on some days, by day: a convenience, so its problems are nobody's. Days that the server did not get
 * to are asked for again.
 */
export const pricesQuery = (search: TripSearch | null, from: string, days: number) =>
  queryOptions({
    queryKey: ['prices', search && { ...search, date: '' }, from, days],
    enabled: search !== null,
    queryFn: async ({ signal }) => {
      if (!search) return {};
      const { party, modes } = search;
      const query = {
        from: search.from,
        to: search.to,
        date_from: from,
        days,
        passengers: writeParty(party),
        ...(modes.length ? { mode: modes.join(',') } : {}),
      };
      const found = await ask(api.GET('/v1/offers/calendar', { params: { query }, signal }));
      return Object.fromEntries(found.days.map((day) => [day.date, day]));
    },
    refetchInterval: ({ state }) => {
      const unknown = Object.values(state.data ?? {}).some(({ status }) => status === 'unknown');
      return unknown && state.dataUpdateCount < 4 ? ASK_AGAIN_MS : false;
    },
    staleTime: 5 * 60_000,
    retry: false,
  });

/** The days that cost least of those whose prices are known. */
export function cheapestDays(days: Readonly<Record<string, PricedDay>>): Set<string> {
  const priced = Object.values(days).flatMap(({ date, price }) =>
    price ? [{ date, amount: Number(price.amount) }] : [],
  );
  const least = Math.min(...priced.map(({ amount }) => amount));
  const found = priced.filter(({ amount }) => amount === least);
  return new Set(found.length < priced.length ? found.map(({ date }) => date) : []);
}
