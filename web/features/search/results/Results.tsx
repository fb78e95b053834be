import { addDays, today, useFormat } from '@wayfare/shared/format';
import { Link, links, useGo, useQueryState } from '@wayfare/shared/pages';
import type { Mode, Trip, TripSearch } from '@wayfare/shared/trips';
import { Button, ButtonLink, Icon, Screen, useMedia } from '@wayfare/shared/ui';
import { lazy, Suspense, useState } from 'react';
import { usePartyText } from '../form/PartyField';
import { findRecent, rememberPlaces } from '../form/places';
import { SearchForm } from '../form/SearchForm';
import { useText } from '../text';
import { DayStrip } from './DayStrip';
import { FilterPanel } from './FilterPanel';
import {
  arrange,
  countFilters,
  facetsOf,
  NO_FILTERS,
  readFilters,
  writeFilters,
  type Filters,
} from './filters';
import { NoTrips, SearchProblem } from './NoTrips';
import styles from './Results.module.css';
import { SortSelect } from './SortSelect';
import { TripCardSkeleton } from './TripCard';
import { TripList } from './TripList';
import { useResults } from './useResults';

const FilterSheet = lazy(() => import('./FilterSheet'));
const GHOSTS = [1, 2, 3, 4, 5];

export function Results({ search }: { search: TripSearch }) {
  const text = useText();
  const { query, trips, first, coming } = useResults(search);
  const filters = useQueryState(readFilters);
  const go = useGo();
  const wide = useMedia('(min-width: 64rem)');
  const [open, setOpen] = useState(false);
  const shown = arrange(trips, filters);
  const none = !query.isPending && !coming && trips.length === 0 && !query.isError;
  const from = first?.from.name ?? findRecent(search.from)?.name;
  const to = first?.to.name ?? findRecent(search.to)?.name;
  const usable = !none && !query.isError;

  const change = (next: Filters, modes: readonly Mode[] = search.modes) => {
    const target = links.results({ ...search, modes });
    go({ ...target, search: { ...target.search, ...writeFilters(next) } }, { replace: true, stay: true });
  };
  const panel = {
    filters,
    facets: facetsOf(trips),
    modes: search.modes,
    onChange: change,
    onModes: (modes: Mode[]) => change(filters, modes),
  };

  return (
    <Screen title={`${from ?? '…'} – ${to ?? '…'}`} hideTitle>
      <Asked search={search} from={from} to={to} />
      <DayStrip search={search} />
      <div className={styles.layout}>
        {wide && <aside aria-label={text('results.filter')}>{usable && <FilterPanel {...panel} />}</aside>}
        <section aria-label={text('results.title')} className={styles.found}>
          {usable && (
            <div className={styles.tools}>
              <p role="status">
                {query.isPending ? text('results.searching') : text('results.count', { count: shown.length })}
              </p>
              {!wide && (
                <Button size="small" icon="filter" onClick={() => setOpen(true)}>
                  {text('results.filter.open', { count: countFilters(filters) })}
                </Button>
              )}
              <SortSelect value={filters.sort} onChange={(sort) => change({ ...filters, sort })} />
            </div>
          )}
          {query.isError && (
            <SearchProblem search={search} error={query.error} retry={() => void query.refetch()} />
          )}
          {none && <NoTrips search={search} nearest={first?.nearest_dates ?? []} />}
          <Around search={search} trips={trips} query={query} side="earlier" />
          <TripList trips={shown} all={coming ? [] : trips} search={search} />
          {coming &&
            !query.isError &&
            GHOSTS.slice(trips.length ? 3 : 0).map((ghost) => (
              <TripCardSkeleton key={`${trips.length}.${ghost}`} />
            ))}
          {trips.length > 0 && shown.length === 0 && !coming && (
            <p className={styles.hidden}>
              {text('results.hidden', { count: trips.length })}{' '}
              <Button variant="quiet" onClick={() => change({ ...filters, ...NO_FILTERS })}>
                {text('results.filter.clear')}
              </Button>
            </p>
          )}
          <Around search={search} trips={trips} query={query} side="later" />
        </section>
      </div>
      {open && !wide && (
        <Suspense>
          <FilterSheet {...panel} shown={shown.length} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Screen>
  );
}

interface AskedProps {
  search: TripSearch;
  from: string | undefined;
  to: string | undefined;
}

/** What was asked for, to be changed: the form itself where there is room, else a line that leads to it. */
function Asked({ search, from, to }: AskedProps) {
  const text = useText();
  const format = useFormat();
  const describe = usePartyText();
  const wide = useMedia('(min-width: 64rem)');
  const place = (id: string, name: string | undefined) => (name ? { id, name } : null);
  if (wide) {
    const key = [search.from, search.to, search.date, search.modes.join(), from, to].join('|');
    return (
      <SearchForm
        key={key}
        compact
        search={search}
        from={place(search.from, from)}
        to={place(search.to, to)}
      />
    );
  }
  // Who follows a link that somebody shared has chosen nothing here yet: the form knows places by what was chosen.
  const keep = () =>
    rememberPlaces(...[place(search.from, from), place(search.to, to)].filter((known) => known !== null));
  return (
    <Link {...links.home(search)} className={styles.asked} onClick={keep}>
      <span className={styles.askedWay}>
        <span>{from ?? '…'}</span>
        <Icon name="chevron" size={16} />
        <span>{to ?? '…'}</span>
      </span>
      <span className={styles.askedWhen}>
        {format.day(search.date)} · {describe(search.party)}
      </span>
      <Icon name="pen" />
      <span className="visually-hidden">{text('results.change')}</span>
    </Link>
  );
}

interface AroundProps {
  search: TripSearch;
  trips: readonly Trip[];
  query: ReturnType<typeof useResults>['query'];
  side: 'earlier' | 'later';
}

/** More of the day, and where that ends the day before or after. */
function Around({ search, trips, query, side }: AroundProps) {
  const text = useText();
  const earlier = side === 'earlier';
  const more = earlier ? query.hasPreviousPage : query.hasNextPage;
  const date = addDays(search.date, earlier ? -1 : 1);
  if (trips.length === 0 || (earlier ? !more && date < today() : query.isFetchingNextPage)) return null;
  if (!more) {
    return (
      <ButtonLink
        variant="quiet"
        size="small"
        className={styles.around}
        {...links.results({ ...search, date })}
      >
        {text(`results.${side}.day`)}
      </ButtonLink>
    );
  }
  return (
    <Button
      variant="quiet"
      size="small"
      className={styles.around}
      busy={query.isFetchingPreviousPage}
      onClick={() => void (earlier ? query.fetchPreviousPage() : query.fetchNextPage())}
    >
      {text(`results.${side}`)}
    </Button>
  );
}
