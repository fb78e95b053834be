import { describe, expect, it } from 'vitest';
import { legOf, priced, tripOf } from '../../../tests/trips';
import {
  arrange,
  bandOf,
  countFilters,
  facetsOf,
  NO_FILTERS,
  readFilters,
  writeFilters,
  type Filters,
} from './filters';

const none: Filters = { ...NO_FILTERS, sort: 'departure' };
const at = (hour: string) => `2026-12-01T${hour}:00+01:00`;
const coach = legOf({ mode: 'coach', operator: { id: 'coach', name: 'Coach' } });

const trips = [
  tripOf({
    id: 'late',
    departs_at: at('18:00'),
    arrives_at: at('21:00'),
    duration_s: 10_800,
    offers: priced('40.00'),
  }),
  tripOf({
    id: 'early',
    departs_at: at('05:59'),
    arrives_at: at('12:00'),
    duration_s: 21_660,
    offers: priced('100.00'),
  }),
  tripOf({
    id: 'change',
    departs_at: at('09:00'),
    transfers: 2,
    legs: [legOf(), coach],
    offers: priced('59.90'),
  }),
  tripOf({ id: 'unsold', departs_at: at('10:00'), offers: [] }),
];
const shown = (change: Partial<Filters>) => arrange(trips, { ...none, ...change }).map(({ id }) => id);

describe('filters', () => {
  it('come back from the address as they were', () => {
    const filters: Filters = {
      bands: ['night', 'evening'],
      transfers: 0,
      operators: ['a:1', 'b'],
      price: 80,
      sort: 'price',
    };
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(writeFilters(none)).toEqual({});
    expect(readFilters({ at: 'noon', changes: '-1', max: 'x', sort: 'colour' })).toEqual(none);
  });

  it('leave out what does not pass', () => {
    expect(shown({})).toEqual(['early', 'change', 'unsold', 'late']);
    expect(shown({ bands: ['night'] })).toEqual(['early']);
    expect(shown({ transfers: 1 })).toEqual(['early', 'unsold', 'late']);
    expect(shown({ operators: ['rail'] })).toEqual(['early', 'unsold', 'late']);
    expect(shown({ operators: ['rail', 'coach'] })).toEqual(['early', 'change', 'unsold', 'late']);
    expect(shown({ price: 60 })).toEqual(['change', 'late']);
  });

  it('are counted by kind', () => {
    expect(countFilters(none)).toBe(0);
    expect(countFilters({ ...none, bands: ['night', 'morning'], price: 3, sort: 'price' })).toBe(2);
  });
});

describe('orders', () => {
  it.each([
    ['price', ['late', 'change', 'early', 'unsold']],
    ['duration', ['late', 'change', 'unsold', 'early']],
    ['transfers', ['early', 'unsold', 'late', 'change']],
    ['arrival', ['early', 'change', 'unsold', 'late']],
  ] as const)('by %s', (sort, order) => expect(shown({ sort })).toEqual(order));

  it('compare prices of one currency only', () => {
    const yen = tripOf({ id: 'yen', offers: priced('5', 'JPY') });
    const sorted = arrange([yen, ...trips], { ...none, sort: 'price' });
    expect(sorted[0]?.id).toBe('late');
    expect(arrange([yen, ...trips], { ...none, price: 60 }).map(({ id }) => id)).not.toContain('yen');
  });
});

describe('what can be chosen', () => {
  const facets = facetsOf(trips);

  it('counts trips by part of the day, changes and operator', () => {
    expect(facets.bands).toEqual({ night: 1, morning: 2, afternoon: 0, evening: 1 });
    expect(facets.transfers).toEqual([{ most: 0, count: 3 }]);
    expect(facets.operators.map(({ id, count }) => [id, count])).toEqual([
      ['rail', 4],
      ['coach', 1],
    ]);
  });

  it('knows the range of prices', () => {
    expect(facets.price).toEqual({ low: 40, high: 100, currency: 'EUR' });
    expect(facetsOf([]).price).toBeNull();
  });

  it('parts of the day begin at their hour', () => {
    expect(
      ['05:59', '06:00', '11:59', '12:00', '23:59'].map((hour) => bandOf(tripOf({ departs_at: at(hour) }))),
    ).toEqual(['night', 'morning', 'morning', 'afternoon', 'evening']);
  });
});
