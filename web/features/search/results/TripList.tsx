import type { Trip, TripSearch } from '@wayfare/shared/trips';
import { useText } from '../text';
import { mainCurrency, priceIn } from './filters';
import styles from './Results.module.css';
import { TripCard } from './TripCard';

/** The cards; the cheapest and the fastest of `all` are marked, where there are some to compare. */
export function TripList({
  trips,
  all,
  search,
}: {
  trips: readonly Trip[];
  all: readonly Trip[];
  search: TripSearch;
}) {
  const text = useText();
  const { cheapest, fastest } = bestOf(all);
  return (
    <ol className={styles.list} aria-label={text('results.trips')}>
      {trips.map((trip) => (
        <li key={trip.id}>
          <TripCard
            trip={trip}
            search={search}
            mark={trip.id === cheapest ? 'cheapest' : trip.id === fastest ? 'fastest' : null}
          />
        </li>
      ))}
    </ol>
  );
}

function bestOf(trips: readonly Trip[]): { cheapest?: string; fastest?: string } {
  if (trips.length < 3) return {};
  const currency = mainCurrency(trips);
  return {
    cheapest: least(trips, (trip) => priceIn(trip, currency)),
    fastest: least(trips, (trip) => trip.duration_s),
  };
}

/** The id of the one that has least; none when two share that. */
function least(trips: readonly Trip[], measure: (trip: Trip) => number | null): string | undefined {
  const measured = trips.flatMap((trip) => {
    const value = measure(trip);
    return value === null ? [] : [{ id: trip.id, value }];
  });
  const lowest = Math.min(...measured.map(({ value }) => value));
  const found = measured.filter(({ value }) => value === lowest);
  return found.length === 1 ? found[0]?.id : undefined;
}
