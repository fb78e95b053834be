import { useInfiniteQuery } from '@tanstack/react-query';
import { tripsQuery, type Trip, type TripSearch } from '@wayfare/shared/trips';
import { useEffect, useMemo } from 'react';

/** A day of busy lines; what comes after is fetched when asked for. */
const PAGES_AT_ONCE = 8;

/** The trips of a day as they come: a page is shown while the next is under way. */
export function useResults(search: TripSearch) {
  const query = useInfiniteQuery(tripsQuery(search));
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const pages = data?.pages;
  const more = hasNextPage && !isError && (pages?.length ?? 0) < PAGES_AT_ONCE;

  useEffect(() => {
    if (more && !isFetching) void fetchNextPage();
  }, [more, isFetching, fetchNextPage]);

  const trips = useMemo(() => unique((pages ?? []).flatMap((page) => page.trips)), [pages]);
  return { query, trips, first: pages?.[0], coming: query.isPending || more };
}

/** A trip may come twice when the timetable changed between two pages. */
function unique(trips: readonly Trip[]): Trip[] {
  return [...new Map(trips.map((trip) => [trip.id, trip])).values()];
}
