import { useQueryState } from '@wayfare/shared/pages';
import { readSearch } from '@wayfare/shared/trips';
import { Card, Icon } from '@wayfare/shared/ui';
import { findRecent } from './form/places';
import { SearchForm } from './form/SearchForm';
import styles from './SearchPage.module.css';
import { useText } from './text';

/** The first page. With a search in its address the form begins with that. */
export default function SearchPage() {
  const text = useText();
  const search = useQueryState(readSearch);
  return (
    <>
      <div className={styles.hero}>
        <Ways />
        <div className={styles.inner}>
          <h1>{text('search.heading')}</h1>
          <p className={styles.lead}>{text('search.lead')}</p>
          <Card className={styles.card}>
            <SearchForm search={search} from={findRecent(search?.from)} to={findRecent(search?.to)} />
          </Card>
        </div>
      </div>
      <ul className={styles.points}>
        {(['seat', 'refund', 'ticket'] as const).map((point) => (
          <li key={point}>
            <Icon name={point} size={26} />
            <div>
              <h2>{text(`search.point.${point}`)}</h2>
              <p>{text(`search.point.${point}.text`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Lines and stops, as on a map of a network. */
function Ways() {
  return (
    <svg
      className={styles.ways}
      viewBox="0 0 1200 420"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden
      fill="none"
    >
      <g stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round">
        <path d="M-20 330H210l90-90h170l110-110h250l70-70h360" />
        <path d="M-20 120h180l120 120h60l130 130h330l100-100h320" />
        <path d="M420 -20v120l150 150v80l90 90v40" />
        <path d="M1010 -20v160l-130 130v170" />
      </g>
      <g className={styles.stops} stroke="currentColor" strokeWidth="3">
        {STOPS.map(([x, y]) => (
          <circle key={`${x}-${y}`} cx={x} cy={y} r="6" />
        ))}
      </g>
    </svg>
  );
}

const STOPS = [
  [90, 330], [210, 330], [300, 240], [470, 240], [580, 130], [700, 130], [830, 130], [900, 60], [1080, 60],
  [70, 120], [160, 120], [340, 240], [470, 370], [640, 370], [800, 370], [900, 270], [1100, 270],
  [420, 60], [570, 250], [660, 420], [1010, 60], [1010, 140], [880, 360],
] as const; // prettier-ignore
