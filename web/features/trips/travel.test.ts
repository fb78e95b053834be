import { describe, expect, it } from 'vitest';
import { bookedLegOf, bookingOf, itemOf } from '../../tests/bookings';
import { changesOf, inOrder, isZero, modeOf, optionsOf, rulesOf, ticketsOf, travellers } from './travel';

const BEFORE = Date.parse('2026-11-25T00:00:00Z');
const ON_BOARD = Date.parse('2026-12-01T08:00:00Z');
const AFTER = Date.parse('2026-12-02T00:00:00Z');
const fee = (amount: string) => ({ amount, currency: 'EUR' });

const on = (day: string, locator: string) =>
  bookingOf({
    locator,
    legs: [
      bookedLegOf({
        from: { ...bookedLegOf().from, departs_at: `${day}T08:00:00+01:00` },
        to: { ...bookedLegOf().to, arrives_at: `${day}T12:00:00+01:00` },
      }),
    ],
  });

describe('bookings', () => {
  it('that come next are first; what is over comes after, the latest first', () => {
    const bookings = [on('2026-11-01', 'OLD'), on('2026-12-24', 'LATER'), on('2026-12-01', 'NEXT')];
    const cancelled = { ...on('2026-12-05', 'GONE'), status: 'cancelled' as const };
    const { upcoming, past } = inOrder([...bookings, cancelled], BEFORE);
    expect(upcoming.map(({ locator }) => locator)).toEqual(['NEXT', 'LATER']);
    expect(past.map(({ locator }) => locator)).toEqual(['GONE', 'OLD']);
  });

  it('stay among those to come until the last arrival', () => {
    expect(inOrder([bookingOf()], ON_BOARD).upcoming).toHaveLength(1);
    expect(inOrder([bookingOf()], AFTER).upcoming).toHaveLength(0);
  });

  it('know who still travels', () => {
    const booking = bookingOf({ items: [itemOf(1, 'refunded'), itemOf(2)] });
    expect(travellers(booking).map(({ given_name: name }) => name)).toEqual(['Alan']);
  });
});

describe('tickets', () => {
  it('have the number of their files, and what is printed on them', () => {
    const [first, second] = ticketsOf(bookingOf());
    expect([first?.number, first?.id, first?.coach, first?.seat]).toEqual([1, 'ABC234-1-1', '7', '41']);
    expect([second?.number, second?.passenger.family_name]).toEqual([2, 'Turing']);
  });

  it('that were given back are none', () => {
    const booking = bookingOf({ items: [itemOf(1, 'cancelled'), itemOf(2)] });
    expect(ticketsOf(booking).map(({ number }) => number)).toEqual([2]);
  });
});

describe('changes', () => {
  it('are counted by the clock of the world', () => {
    const next = bookedLegOf({ from: { ...bookedLegOf().from, departs_at: '2026-12-01T11:20:00Z' } });
    expect(changesOf({ legs: [bookedLegOf(), next] })).toEqual([1200]);
    expect(changesOf({ legs: [bookedLegOf()] })).toEqual([]);
  });
});

describe('what may be done', () => {
  const conditions = {
    refund: [
      { until: '2026-11-30T08:00:00+01:00', fee: fee('0.00') },
      { until: '2026-12-01T07:00:00+01:00', fee: fee('12.00') },
    ],
    exchange: [{ until: '2026-12-01T07:00:00+01:00', fee: fee('10.00') }],
    name_change_until: '2026-11-28T00:00:00+01:00',
    text: [],
  };

  it('follows the fare and the clock', () => {
    const booking = bookingOf({ conditions });
    expect(optionsOf(booking, BEFORE)).toEqual({ cancel: true, exchange: true, rename: true });
    const late = Date.parse('2026-12-01T06:30:00Z');
    expect(optionsOf(booking, late)).toEqual({ cancel: true, exchange: false, rename: false });
    expect(optionsOf(booking, ON_BOARD)).toEqual({ cancel: false, exchange: false, rename: false });
  });

  it('is nothing once the booking is cancelled; names are free while it is pending', () => {
    const nothing = { cancel: false, exchange: false, rename: false };
    expect(optionsOf(bookingOf({ conditions, status: 'cancelled' }), BEFORE)).toEqual(nothing);
    expect(optionsOf(bookingOf({ status: 'pending' }), BEFORE)).toEqual({ ...nothing, rename: true });
  });

  it('is told in sentences, without those that are over', () => {
    const booking = bookingOf({ conditions });
    expect(rulesOf(booking, BEFORE).map(({ key, until }) => [key, until])).toEqual([
      ['trips.rule.refund.free', '2026-11-30T08:00:00+01:00'],
      ['trips.rule.refund.fee', '2026-12-01T07:00:00+01:00'],
      ['trips.rule.exchange.fee', '2026-12-01T07:00:00+01:00'],
      ['trips.rule.name.free', '2026-11-28T00:00:00+01:00'],
    ]);
    expect(rulesOf(booking, AFTER).map(({ key }) => key)).toEqual([
      'trips.rule.refund.no',
      'trips.rule.exchange.no',
      'trips.rule.name.no',
    ]);
  });
});

describe('values', () => {
  it('know what is nothing, and every vehicle', () => {
    expect(['0', '0.00', '0.01', '10'].map((amount) => isZero(fee(amount)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([modeOf({ mode: 'ferry' }), modeOf({ mode: 'balloon' })]).toEqual(['ferry', 'rail']);
  });
});
