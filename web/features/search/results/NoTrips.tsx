import { isProblem } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { ButtonLink, Empty, ProblemNotice } from '@wayfare/shared/ui';
import { links } from '@wayfare/shared/pages';
import type { TripSearch } from '@wayfare/shared/trips';
import { useText } from '../text';
import styles from './Results.module.css';

/** Nothing runs on that day: when something does. */
export function NoTrips({ search, nearest }: { search: TripSearch; nearest: readonly string[] }) {
  const text = useText();
  const format = useFormat();
  const some = search.modes.length > 0;
  return (
    <Empty icon="calendar" title={text('results.none.title', { day: format.day(search.date, 'full') })}>
      <p>
        {text(nearest.length ? 'results.none.nearest' : some ? 'results.none.modes' : 'results.none.never')}
      </p>
      <div className={styles.options}>
        {nearest.map((date) => (
          <ButtonLink key={date} icon="calendar" {...links.results({ ...search, date })}>
            {format.day(date)}
          </ButtonLink>
        ))}
        {some && (
          <ButtonLink {...links.results({ ...search, modes: [] })}>{text('results.none.all')}</ButtonLink>
        )}
        <ButtonLink {...links.home(search)}>{text('results.none.change')}</ButtonLink>
      </div>
    </Empty>
  );
}

interface Candidate {
  id: string;
  name: string;
}

/** The places that a name fits; `detail` begins with the name of the parameter. */
function candidatesOf(error: unknown): { field: 'from' | 'to'; places: Candidate[] } | null {
  if (!isProblem(error, 'ambiguous_place')) return null;
  const { candidates } = error.facts as { candidates?: Candidate[] };
  const field = (['from', 'to'] as const).find((name) => error.detail.startsWith(`${name}:`));
  return candidates && field ? { field, places: candidates } : null;
}

/** The search failed: in plain words, and where a name fits several places with those to choose from. */
export function SearchProblem({
  search,
  error,
  retry,
}: {
  search: TripSearch;
  error: unknown;
  retry: () => void;
}) {
  const text = useText();
  const shared = useSharedText();
  const several = candidatesOf(error);
  if (!several)
    return <ProblemNotice error={error} retry={retry} own={{ not_found: text('results.unknown.place') }} />;
  return (
    <Empty icon="pin" title={shared('problem.ambiguous_place')}>
      <div className={styles.options}>
        {several.places.map(({ id, name }) => (
          <ButtonLink key={id} icon="pin" {...links.results({ ...search, [several.field]: id })}>
            {name}
          </ButtonLink>
        ))}
      </div>
    </Empty>
  );
}
