import { describe, expect, it } from 'vitest';
import { legOf, offerOf } from '../../tests/trips';
import { changesOf } from './changes';
import { keyOf, rulesOfOffer } from './conditions';
import { drawingOf, type Path } from './map/path';

const fee = (amount: string) => ({ amount, currency: 'EUR' });

describe('conditions', () => {
  it('are told as what is free, what costs and what cannot be done', () => {
    const rules = rulesOfOffer(
      offerOf({
        conditions: {
          refund: [
            { until: '2026-11-30T08:00:00+01:00', fee: fee('0.00') },
            { until: '2026-12-01T07:00:00+01:00', fee: fee('12.00') },
          ],
          exchange: [],
          name_change_until: '2026-12-01T06:00:00+01:00',
          text: [],
        },
      }),
    );
    expect(rules.map((rule) => [keyOf(rule), rule.until, rule.fee?.amount ?? null])).toEqual([
      ['trip.rule.refund.free', '2026-11-30T08:00:00+01:00', '0.00'],
      ['trip.rule.refund.fee', '2026-12-01T07:00:00+01:00', '12.00'],
      ['trip.rule.exchange.no', null, null],
      ['trip.rule.name.free', '2026-12-01T06:00:00+01:00', null],
    ]);
  });
});

describe('changes', () => {
  const next = (name: string, departs: string) =>
    legOf({ from: { id: 'x', name, code: null, platform: null, departs_at: departs } });

  it('have their minutes by the clock of the world', () => {
    const legs = [legOf(), next('München Hbf', '2026-12-01T11:20:00Z')];
    expect(changesOf({ legs })).toEqual([{ seconds: 1200, walks: false, to: 'München Hbf', tight: false }]);
  });

  it('may be tight, or lead to another place', () => {
    const legs = [legOf(), next('München ZOB', '2026-12-01T12:07:00+01:00')];
    expect(changesOf({ legs })).toEqual([{ seconds: 420, walks: true, to: 'München ZOB', tight: true }]);
    expect(changesOf({ legs: [legOf()] })).toEqual([]);
  });
});

function pathOf(coordinates: [number, number][][]): Path {
  return {
    type: 'Feature',
    geometry: { type: 'MultiLineString', coordinates },
    properties: {
      departure_id: '20261201-7',
      from_call: 0,
      to_call: 2,
      mode: 'air',
      source: 'great_circle',
      calls: [
        { call: 0, place_id: 'a', name: 'A', position: [170, 10] },
        { call: 1, place_id: 'b', name: 'B', position: null },
        { call: 2, place_id: 'c', name: 'C', position: [-170, 20] },
      ],
    },
  };
}

describe('the way on a map', () => {
  it('goes on across the date line instead of around the world', () => {
    const path = pathOf([
      [[170, 10], [180, 15]], // prettier-ignore
      [[-180, 15], [-170, 20]], // prettier-ignore
    ]);
    const { legs, stops, bounds } = drawingOf([path, path]);
    expect(legs[0]?.lines).toEqual([
      [[170, 10], [180, 15]], // prettier-ignore
      [[180, 15], [190, 20]], // prettier-ignore
    ]);
    expect(bounds).toEqual([170, 10, 190, 20]);
    expect(stops.slice(0, 2)).toEqual([
      { name: 'A', at: [170, 10], end: true },
      { name: 'C', at: [190, 20], end: true },
    ]);
  });

  it('is none where no place has a position', () => {
    expect(drawingOf([{ ...pathOf([]), geometry: null }]).legs).toEqual([{ mode: 'air', lines: [] }]);
  });
});
