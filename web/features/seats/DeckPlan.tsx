import { cx } from '@wayfare/shared/ui';
import { useId, useState, type KeyboardEvent } from 'react';
import styles from './Deck.module.css';
import { useSeatNames } from './names';
import { isSleeper, neighbour, type Deck, type Move } from './plan';
import { SeatButton } from './SeatButton';
import type { Seats } from './seats';
import type { Chosen } from './selection';
import { useText } from './text';

interface DeckPlanProps {
  /** Where there are several decks. */
  name: string | null;
  coach: string;
  deck: Deck;
  seats: Seats;
  cabin: string;
  chosen: Chosen;
  held: readonly string[];
  onPress: (unit: string) => void;
}

const MOVES: Record<string, Move> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

/** Rows are lines of a grid with a line after each, for the tables between them; the first line has the letters. */
const lineOf = (row: number) => 2 * row + 2;

/** One deck, drawn as it is: never mirrored, as left and right are those of the vehicle. */
export function DeckPlan({ name, coach, deck, seats, cabin, chosen, held, onPress }: DeckPlanProps) {
  const text = useText();
  const names = useSeatNames(seats);
  const id = useId();
  const sleeper = isSleeper(deck.units);
  const start =
    deck.units.find(({ unit }) => chosen.includes(unit)) ??
    deck.units.find((unit) => unit.cabin === cabin && unit.state === 'free') ??
    deck.units[0];
  const [moved, setMoved] = useState<string | null>(null);
  const current = moved ?? start?.unit ?? '';

  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = neighbour(deck.units, current, move);
    setMoved(next);
    event.currentTarget.parentElement
      ?.querySelector<HTMLElement>(`[data-unit="${CSS.escape(next)}"]`)
      ?.focus();
  };

  return (
    <div className={styles.deck}>
      {name !== null && <h3 id={id}>{name}</h3>}
      <p className={styles.front} aria-hidden>
        {text('seats.front')}
      </p>
      <div
        dir="ltr"
        role="group"
        aria-label={coach ? text('seats.plan', { coach }) : text('seats.map')}
        aria-describedby={name !== null ? id : undefined}
        className={cx(styles.grid, sleeper && styles.sleeper)}
        style={{ gridTemplateColumns: columnsOf(deck) }}
      >
        <Signs deck={deck} />
        {deck.units.map((unit) => {
          const owner = chosen.indexOf(unit.unit);
          return (
            <SeatButton
              key={unit.unit}
              unit={unit}
              names={names}
              coach={coach}
              sleeper={sleeper}
              side={unit.column === 0 ? 'start' : unit.column === deck.columns - 1 ? 'end' : null}
              style={{ gridRow: lineOf(unit.row), gridColumn: unit.column + 1 }}
              other={unit.cabin !== cabin}
              several={chosen.length > 1}
              owner={owner < 0 ? null : owner}
              held={held.includes(unit.unit)}
              current={unit.unit === current}
              onKeyDown={onKeyDown}
              onFocus={() => setMoved(unit.unit)}
              onPress={() => onPress(unit.unit)}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Columns of seats share the room; the gangway keeps its own. */
const columnsOf = ({ columns, gangway }: Deck): string =>
  Array.from({ length: columns }, (_, column) =>
    column === gangway ? 'var(--gangway)' : 'minmax(0, var(--seat))',
  ).join(' ');

/** What is drawn beside the seats: tables, walls, letters of columns, numbers of rows. */
function Signs({ deck }: { deck: Deck }) {
  const { gangway } = deck;
  return (
    <>
      {deck.bays.map(({ bay, fromRow, toRow, from, to }) => (
        <span
          key={`bay${bay}`}
          aria-hidden
          className={styles.bay}
          style={{
            gridRow: `${lineOf(fromRow)} / ${lineOf(toRow) + 1}`,
            gridColumn: `${from + 1} / ${to + 2}`,
          }}
        />
      ))}
      {deck.tables.map(({ bay, row, from, to }) => (
        <span
          key={`table${bay}`}
          aria-hidden
          className={styles.table}
          style={{ gridRow: lineOf(row) + 1, gridColumn: `${from + 1} / ${to + 2}` }}
        />
      ))}
      {deck.bays.map(({ bay, toRow }) => (
        <span key={`wall${bay}`} aria-hidden className={styles.wall} style={{ gridRow: lineOf(toRow) + 1 }} />
      ))}
      {deck.letters.map(
        (letter, column) =>
          letter && (
            <span
              key={letter}
              aria-hidden
              className={styles.sign}
              style={{ gridRow: 1, gridColumn: column + 1 }}
            >
              {letter}
            </span>
          ),
      )}
      {gangway !== null &&
        deck.numbers.map(
          (number, row) =>
            number &&
            !deck.units.some((unit) => unit.row === row && unit.column === gangway) && (
              <span
                key={number}
                aria-hidden
                className={styles.sign}
                style={{ gridRow: lineOf(row), gridColumn: gangway + 1 }}
              >
                {number}
              </span>
            ),
        )}
    </>
  );
}
