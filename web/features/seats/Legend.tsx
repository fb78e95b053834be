import { Card, cx, Icon } from '@wayfare/shared/ui';
import { Accessible, Berth } from './Signs';
import deck from './Deck.module.css';
import { useSeatNames } from './names';
import { hasAccessible, wishesOf, type Seats } from './seats';
import styles from './Seats.module.css';
import { useText } from './text';

/** What the plan's signs mean: only those that it has. */
export function Legend({ seats, cabin }: { seats: Seats; cabin: string }) {
  const text = useText();
  const names = useSeatNames(seats);
  const there = wishesOf(seats, cabin);
  const several = new Set(seats.coaches.flatMap(({ units }) => units.map((unit) => unit.cabin))).size > 1;
  const states = ['free', 'mine', 'held', 'taken', ...(several ? (['other'] as const) : [])] as const;
  return (
    <Card className={styles.legend}>
      <h2 className={styles.legendTitle}>{text('seats.legend')}</h2>
      <ul className={styles.signs}>
        {states.map((state) => (
          <li key={state}>
            <span className={cx(deck.seat, deck[state], styles.sample)} aria-hidden>
              {state === 'held' && <Icon name="lock" size={12} className={deck.lock} />}
            </span>
            <span className={styles.word}>{text(`seats.state.${state}`)}</span>
          </li>
        ))}
        {hasAccessible(seats, cabin) && (
          <li>
            <span className={cx(deck.seat, deck.free, styles.sample)} aria-hidden>
              <Accessible />
            </span>
            <span className={styles.word}>{text('seats.feature.accessible')}</span>
          </li>
        )}
        {there.includes('window') && (
          <li>
            <span className={cx(deck.seat, deck.free, deck['window-start'], styles.sample)} aria-hidden />
            <span className={styles.word}>{text('seats.feature.window')}</span>
          </li>
        )}
        {there.includes('aisle') && (
          <li>
            <span className={styles.gangway} aria-hidden />
            <span className={styles.word}>{text('seats.legend.aisle')}</span>
          </li>
        )}
        {there.includes('table') && (
          <li>
            <span className={cx(deck.table, styles.tableSample)} aria-hidden />
            <span className={styles.word}>{text('seats.feature.table')}</span>
          </li>
        )}
        {there.includes('extra_legroom') && (
          <li>
            <span className={cx(deck.seat, deck.free, styles.sample)} aria-hidden>
              <span className={deck.legroom} />
            </span>
            <span className={styles.word}>{text('seats.feature.extra_legroom')}</span>
          </li>
        )}
        {there
          .filter((wish) => ['lower', 'middle', 'upper', 'side_lower', 'side_upper'].includes(wish))
          .map((wish) => (
            <li key={wish}>
              <span className={cx(deck.seat, deck.free, styles.sample)} aria-hidden>
                <Berth features={[wish]} />
              </span>
              <span className={styles.word}>{names.feature(wish)}</span>
            </li>
          ))}
      </ul>
    </Card>
  );
}
