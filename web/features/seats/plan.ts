import type { Unit } from './seats';

/** A table between two rows that face each other, in the columns of the seats around it. */
export interface Table {
  bay: number;
  row: number;
  from: number;
  to: number;
}

/** The walls of a sleeper's bay: rows and columns from where to where. */
export interface Bay {
  bay: number;
  fromRow: number;
  toRow: number;
  from: number;
  to: number;
}

/** One deck of a coach as it is drawn: from its front downwards, columns from the left side to the right. */
export interface Deck {
  deck: number;
  units: readonly Unit[];
  rows: number;
  columns: number;
  /** The column without seats that divides the deck; null where there is none. */
  gangway: number | null;
  tables: readonly Table[];
  bays: readonly Bay[];
  /** The letter that all seats of a column share, as aircraft and coaches have them; "" where they share none. */
  letters: readonly string[];
  /** The number that all seats of a row share; "" where they share none. */
  numbers: readonly string[];
}

const BERTHS = new Set(['lower', 'middle', 'upper', 'side_lower', 'side_upper']);

/** A berth is lain on. What lies in the middle of seats is a seat: only with `lower` beside it `middle` is a berth. */
export const isBerth = ({ features }: Unit, sleeper: boolean): boolean =>
  sleeper && features.some((feature) => BERTHS.has(feature));

export const isSleeper = (units: readonly Unit[]): boolean =>
  units.some(({ features }) => features.includes('lower'));

/** The decks of a coach, the highest first, as somebody looking at it from the platform has them. */
export function decksOf(units: readonly Unit[]): Deck[] {
  const numbers = [...new Set(units.map(({ deck }) => deck))].sort((one, other) => other - one);
  return numbers.map((deck) =>
    deckOf(
      deck,
      units.filter((unit) => unit.deck === deck),
    ),
  );
}

function deckOf(deck: number, units: readonly Unit[]): Deck {
  const first = Math.min(...units.map(({ row }) => row));
  const placed = units.map((unit) => ({ ...unit, row: unit.row - first }));
  const rows = Math.max(...placed.map(({ row }) => row)) + 1;
  const columns = Math.max(...placed.map(({ column }) => column)) + 1;
  return {
    deck,
    units: placed,
    rows,
    columns,
    gangway: gangwayOf(placed, columns),
    tables: tablesOf(placed),
    bays: isSleeper(placed) ? baysOf(placed) : [],
    letters: shared(placed, columns, ({ column }) => column, /[A-Z]$/),
    numbers: shared(placed, rows, ({ row }) => row, /^\d+(?=[A-Z]$)/),
  };
}

/** Nearest to the middle, where several columns are empty. */
function gangwayOf(units: readonly Unit[], columns: number): number | null {
  const counts = Array.from({ length: columns }, () => 0);
  for (const { column } of units) counts[column] = (counts[column] ?? 0) + 1;
  const few = units.length > columns ? 1 : 0; // a bench at the end may reach across it
  const middle = (columns - 1) / 2;
  const empty = counts.flatMap((count, column) =>
    count <= few && column > 0 && column < columns - 1 ? [column] : [],
  );
  return empty.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle))[0] ?? null;
}

/** What the names of all seats of a row or column have in common. */
function shared(units: readonly Unit[], count: number, of: (unit: Unit) => number, part: RegExp): string[] {
  return Array.from({ length: count }, (_, at) => {
    const names = new Set(units.filter((unit) => of(unit) === at).map(({ label }) => part.exec(label)?.[0]));
    const [name] = names;
    return names.size === 1 && name ? name : '';
  });
}

function groups(units: readonly Unit[]): [number, Unit[]][] {
  const found = new Map<number, Unit[]>();
  for (const unit of units) found.set(unit.bay, [...(found.get(unit.bay) ?? []), unit]);
  return [...found];
}

function boxOf(units: readonly Unit[]) {
  const rows = units.map(({ row }) => row);
  const columns = units.map(({ column }) => column);
  return {
    fromRow: Math.min(...rows),
    toRow: Math.max(...rows),
    from: Math.min(...columns),
    to: Math.max(...columns),
  };
}

const tablesOf = (units: readonly Unit[]): Table[] =>
  groups(units.filter(({ features }) => features.includes('table'))).flatMap(([bay, around]) => {
    const { fromRow, toRow, from, to } = boxOf(around);
    return toRow > fromRow ? [{ bay, row: fromRow, from, to }] : [];
  });

const baysOf = (units: readonly Unit[]): Bay[] =>
  groups(units).map(([bay, within]) => ({ bay, ...boxOf(within) }));

export type Move = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/**
 * Where a key leads from a unit: along its row, or to the nearest unit of the next row that has any. At the edge it
 * stays. Gangways and missing seats are stepped over.
 */
export function neighbour(units: readonly Unit[], current: string, move: Move): string {
  const here = units.find(({ unit }) => unit === current);
  if (!here) return units[0]?.unit ?? current;
  const along = (test: (unit: Unit) => boolean, distance: (unit: Unit) => number) =>
    units.filter(test).sort((one, other) => distance(one) - distance(other))[0]?.unit ?? current;
  const inRow = (unit: Unit) => unit.row === here.row;
  switch (move) {
    case 'left':
      return along(
        (unit) => inRow(unit) && unit.column < here.column,
        ({ column }) => -column,
      );
    case 'right':
      return along(
        (unit) => inRow(unit) && unit.column > here.column,
        ({ column }) => column,
      );
    case 'first':
      return along(inRow, ({ column }) => column);
    case 'last':
      return along(inRow, ({ column }) => -column);
    default: {
      const way = move === 'up' ? -1 : 1;
      // Rows weigh more than any number of columns.
      return along(
        ({ row }) => (row - here.row) * way > 0,
        ({ row, column }) => (row - here.row) * way * 1000 + Math.abs(column - here.column),
      );
    }
  }
}
