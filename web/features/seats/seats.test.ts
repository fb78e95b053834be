import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Hold, TripChoice } from '@wayfare/shared/trips';
import { keepHold } from '@wayfare/shared/session';
import { chosenOf, heldQuery, holdInstead, isHeld } from './hold';
import { decksOf, neighbour } from './plan';
import { wishesOf, withStates, type Seats, type Unit } from './seats';
import { countOf, isWhole, nextPassenger, nobody, press, unitsWanted, without } from './selection';
import { lostOf } from './useSeating';

/** In the place of the network before the client is made, which keeps what it finds there. */
const answered = vi.hoisted(() => {
  const fetched = vi.fn<(request: Request) => Promise<Response>>();
  vi.stubGlobal('fetch', fetched);
  return fetched;
});

function unitOf(label: string, row: number, column: number, change: Partial<Unit> = {}): Unit {
  return {
    unit: label,
    label,
    cabin: 'second',
    deck: 0,
    row,
    column,
    bay: 1,
    features: [],
    state: 'free',
    ...change,
  };
}

/** Rows of two and two with a gangway; the first two rows face each other over tables. "2D" is not there. */
const coach = [1, 2, 3].flatMap((row) =>
  ['A', 'B', 'C', 'D'].flatMap((letter, at) =>
    `${row}${letter}` === '2D'
      ? []
      : [
          unitOf(`${row}${letter}`, row - 1, at + (at > 1 ? 1 : 0), {
            bay: (row < 3 ? 1 : 3) + (at > 1 ? 1 : 0),
            features: [at % 3 === 0 ? 'window' : 'aisle', ...(row < 3 ? ['table'] : [])],
          }),
        ],
  ),
);

/** Two bays of an Indian sleeper, as the layout numbers them. */
const sleeper = [0, 1].flatMap((bay) =>
  [
    [0, 0, 'lower'],
    [0, 1, 'middle'],
    [0, 2, 'upper'],
    [1, 0, 'lower'],
    [1, 1, 'middle'],
    [1, 2, 'upper'],
    [0, 4, 'side_lower'],
    [1, 4, 'side_upper'],
  ].map(([row, column, feature], at) =>
    unitOf(String(bay * 8 + at + 1), bay * 2 + Number(row), Number(column), {
      bay: bay + 1,
      features: [String(feature)],
    }),
  ),
);

const seatsOf = (units: Unit[]): Seats => ({
  departure_id: '20261201-7',
  from_call: 0,
  to_call: 5,
  layout: 'x',
  layout_name: 'X',
  cabins: [{ cabin: 'second', name: 'Second', numbered: true, free: 9, total: 9 }],
  coaches: [{ coach: '3', units }],
});

describe('the plan of a deck', () => {
  it('has a gangway, letters, row numbers and tables between rows that face each other', () => {
    const [deck] = decksOf(coach);
    expect(deck).toMatchObject({ rows: 3, columns: 5, gangway: 2, bays: [] });
    expect(deck?.letters).toEqual(['A', 'B', '', 'C', 'D']);
    expect(deck?.numbers).toEqual(['1', '2', '3']);
    expect(deck?.tables).toEqual([
      { bay: 1, row: 0, from: 0, to: 1 },
      { bay: 2, row: 0, from: 3, to: 4 },
    ]);
  });

  it('has the walls of a sleeper around its bays, side berths included', () => {
    const [deck] = decksOf(sleeper);
    expect(deck?.gangway).toBe(3);
    expect(deck?.bays).toEqual([
      { bay: 1, fromRow: 0, toRow: 1, from: 0, to: 4 },
      { bay: 2, fromRow: 2, toRow: 3, from: 0, to: 4 },
    ]);
    expect(deck?.letters.join('')).toBe('');
  });

  it('knows the gangway of a coach whose last bench reaches across it', () => {
    const bench = [0, 1, 2, 3, 4].map((column) => unitOf(`4${'ABECD'[column] ?? ''}`, 3, column));
    const [deck] = decksOf([...coach, ...bench]);
    expect(deck?.gangway).toBe(2);
  });

  it('draws the upper deck first, each from its own first row', () => {
    const decks = decksOf([
      unitOf('1', 0, 0),
      unitOf('2', 1, 0, { deck: 1 }),
      unitOf('3', 2, 0, { deck: 1 }),
    ]);
    expect(decks.map(({ deck, rows }) => [deck, rows])).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });
});

describe('arrow keys', () => {
  const go = (from: string, ...moves: Parameters<typeof neighbour>[2][]) =>
    moves.reduce((at, move) => neighbour(coach, at, move), from);

  it('step over the gangway, and stay at the edges', () => {
    expect(go('1B', 'right')).toBe('1C');
    expect(go('1C', 'left')).toBe('1B');
    expect(go('1A', 'left')).toBe('1A');
    expect(go('3A', 'down')).toBe('3A');
    expect(go('1B', 'last')).toBe('1D');
    expect(go('1D', 'first')).toBe('1A');
  });

  it('reach the next row where the column has no seat there', () => {
    expect(go('1D', 'down')).toBe('2C');
    expect(go('3D', 'up')).toBe('2C');
    expect(go('2C', 'right')).toBe('2C');
  });

  it('begin at the first seat when theirs is not on the plan', () => {
    expect(go('9Z', 'down')).toBe('1A');
  });
});

describe('choosing', () => {
  it('gives each passenger a seat in turn, and takes it back', () => {
    let chosen = press(nobody(2), 0, '1A');
    expect(nextPassenger(chosen, 0)).toBe(1);
    expect(isWhole(chosen)).toBe(false);
    chosen = press(chosen, 1, '1B');
    expect(chosen).toEqual(['1A', '1B']);
    expect(nextPassenger(chosen, 1)).toBe(1);
    expect(isWhole(chosen)).toBe(true);
    expect(press(chosen, 1, '1A')).toEqual([null, '1B']);
    expect(press(chosen, 1, '2A')).toEqual(['1A', '2A']);
  });

  it('asks for lists by leg, or for none at all', () => {
    expect(unitsWanted([nobody(2), nobody(2)])).toBeNull();
    expect(unitsWanted([nobody(2), ['1A', '1B']])).toEqual([[], ['1A', '1B']]);
  });

  it('loses what somebody else took, and keeps what is held here', () => {
    const seats = withStates(seatsOf(coach), { '1A': 'taken', '1B': 'taken' });
    expect(lostOf(['1A', '1B'], seats, ['1B'])).toEqual(['1A']);
    expect(without(['1A', '1B'], ['1A'])).toEqual([null, '1B']);
    expect(countOf(without(['1A', null], ['1B']))).toBe(1);
  });
});

describe('live states', () => {
  it('change the picture, and leave it alone when nothing changed', () => {
    const seats = seatsOf(coach);
    expect(withStates(seats, { '1A': 'free', nowhere: 'taken' })).toBe(seats);
    const changed = withStates(seats, { '3C': 'taken' });
    expect(
      changed.coaches[0]?.units.filter(({ state }) => state === 'taken').map(({ unit }) => unit),
    ).toEqual(['3C']);
  });
});

describe('wishes', () => {
  it('are those that the vehicle can grant', () => {
    expect(wishesOf(seatsOf(coach), 'second')).toEqual(['window', 'aisle', 'table']);
    expect(wishesOf(seatsOf(sleeper), 'second')).toEqual([
      'lower',
      'middle',
      'upper',
      'side_lower',
      'side_upper',
    ]);
    const three = [
      unitOf('1A', 0, 0, { features: ['window'] }),
      unitOf('1B', 0, 1, { features: ['middle'] }),
    ];
    expect(wishesOf(seatsOf(three), 'second')).toEqual(['window']);
    expect(wishesOf(seatsOf(coach), 'first')).toEqual([]);
  });
});

const choice: TripChoice = {
  search: { from: 'a', to: 'b', date: '2026-12-01', party: { adult: 2 }, modes: [] },
  trip: 't',
  time: '08:00',
  cabin: 'second',
  family: 'saver',
};

function holdOf(...units: [number, string][]): Hold {
  return {
    hold_id: 'h1',
    state: 'held',
    expires_at: '2026-12-01T08:10:00Z',
    price: { amount: '10.00', currency: 'EUR' },
    legs: [
      {
        departure_id: '20261201-7',
        from_call: 0,
        to_call: 5,
        cabin: 'second',
        units: units.map(([passenger, unit]) => ({
          passenger,
          unit,
          coach: '3',
          label: unit,
          from_call: 0,
          to_call: 5,
        })),
      },
    ],
  };
}

describe('a hold', () => {
  afterEach(() => {
    answered.mockReset();
    sessionStorage.clear();
  });
  const body = { offer_id: 'o', units: [['1A', '1B']] };

  it('is a choice again, passenger by passenger', () => {
    expect(chosenOf(holdOf([2, '1B'], [1, '1A']), 2)).toEqual([['1A', '1B']]);
    expect(chosenOf(holdOf([1, '1A'], [1, '2A'], [2, '1B']), 2)).toEqual([nobody(2)]);
    expect(chosenOf(holdOf([1, ''], [2, '']), 2)).toEqual([nobody(2)]);
  });

  it('serves as long as it lasts and nothing else is wanted', () => {
    const now = Date.parse('2026-12-01T08:00:00Z');
    const hold = holdOf([1, '1A'], [2, '1B']);
    expect(isHeld(hold, [['1A', '1B']], now)).toBe(true);
    expect(isHeld(hold, [['1B', '1A']], now)).toBe(false);
    expect(isHeld(hold, [nobody(2)], now)).toBe(false);
    expect(isHeld(hold, [['1A', '1B']], now + 600_000)).toBe(false);
  });

  it('keeps its key while nobody knows whether it was made, and gets a new one after an answer', async () => {
    answered.mockRejectedValueOnce(new TypeError('no network'));
    await expect(holdInstead({ choice, body, before: null })).rejects.toMatchObject({ status: 0 });
    answered.mockImplementation(() =>
      Promise.resolve(Response.json(holdOf([1, '1A'], [2, '1B']), { status: 201 })),
    );
    await holdInstead({ choice, body, before: null });
    await holdInstead({ choice, body, before: null });
    const keys = answered.mock.calls.map(([request]) => request.headers.get('idempotency-key'));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('lets go what was held before, first', async () => {
    answered.mockImplementation((request) =>
      Promise.resolve(
        request.method === 'DELETE'
          ? new Response(null, { status: 204 })
          : Response.json({ ...holdOf([1, '1A'], [2, '1B']), hold_id: 'h2' }, { status: 201 }),
      ),
    );
    const placed = await holdInstead({ choice, body, before: holdOf([1, '1A'], [2, '2A']) });
    expect(placed.hold_id).toBe('h2');
    expect(answered.mock.calls.map(([{ method, url }]) => [method, new URL(url).pathname])).toEqual([
      ['DELETE', '/v1/holds/h1'],
      ['POST', '/v1/holds'],
    ]);
  });

  it('is found again by this tab, for the choice it was made for, while it lasts', async () => {
    const find = (of: TripChoice) => {
      const { queryFn } = heldQuery(of);
      return (queryFn as (context: { signal: AbortSignal }) => Promise<Hold | null>)({
        signal: new AbortController().signal,
      });
    };
    expect(await find(choice)).toBeNull();
    keepHold('h1', choice);
    expect(await find({ ...choice, family: 'flex' })).toBeNull();
    answered.mockImplementationOnce(() => Promise.resolve(Response.json(holdOf([1, '1A']))));
    expect(await find(choice)).toMatchObject({ hold_id: 'h1' });
    answered.mockImplementationOnce(() => Promise.resolve(Response.json({ ...holdOf(), state: 'expired' })));
    expect(await find(choice)).toBeNull();
  });
});
