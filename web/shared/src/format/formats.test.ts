import { describe, expect, it } from 'vitest';
import * as formats from './formats';
import { addDays, clockOf, dayOf, daysBetween, isDay, offsetOf, secondsBetween, today } from './moments';

const plain = (text: string) => text.replace(/[\u00a0\u202f\u200e\u200f]/g, ' ').trim();

describe('moments', () => {
  const delhi = '2026-12-01T23:30:00+05:30';
  const berlin = '2026-12-02T00:10:00+01:00';

  it('are read by the clock of their place', () => {
    expect([dayOf(delhi), clockOf(delhi), offsetOf(delhi)]).toEqual(['2026-12-01', '23:30', '+05:30']);
    expect(offsetOf('2026-12-01T23:30:00Z')).toBe('+00:00');
    expect(formats.time('en-GB', delhi)).toBe('23:30');
    expect(formats.time('de', berlin)).toBe('00:10');
  });

  it('differ in days by their clocks, in seconds by the world’s', () => {
    expect(daysBetween(delhi, berlin)).toBe(1);
    expect(secondsBetween(delhi, berlin)).toBe(5 * 3600 + 10 * 60);
    expect(daysBetween('2026-12-02T01:00:00+12:00', '2026-12-01T20:00:00-10:00')).toBe(-1);
  });

  it('days are counted across months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
    expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
    expect([isDay('2026-02-28'), isDay('2026-02-29'), isDay('2026-2-1'), isDay('tomorrow')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('formats', () => {
  it.each([
    ['en-GB', { amount: '1234.50', currency: 'EUR' }, '€1,234.50'],
    ['de', { amount: '1234.50', currency: 'EUR' }, '1.234,50 €'],
    ['en-IN', { amount: '123456.00', currency: 'INR' }, '₹1,23,456.00'],
    ['en-GB', { amount: '5000', currency: 'JPY' }, '¥5,000'],
    ['en-GB', { amount: '9007199254740993.01', currency: 'EUR' }, '€9,007,199,254,740,993.01'],
  ])('%s writes %o', (tag, value, text) => expect(plain(formats.money(tag, value))).toBe(text));

  it('leaves decimals away only where there are none', () => {
    expect(formats.money('en-GB', { amount: '70.00', currency: 'EUR' }, true)).toBe('€70');
    expect(formats.money('en-GB', { amount: '70.20', currency: 'EUR' }, true)).toBe('€70.20');
  });

  it.each([
    [0, '0 mins'],
    [59, '1 min'],
    [3600, '1 hr'],
    [2 * 3600 + 45 * 60, '2 hrs 45 mins'],
    [26 * 3600, '1 day 2 hrs'],
  ])('writes %i seconds', (seconds, text) => expect(plain(formats.duration('en-GB', seconds))).toBe(text));

  it('writes days, distances and offsets', () => {
    expect(formats.day('de', '2026-12-01', 'full')).toBe('Dienstag, 1. Dezember 2026');
    expect(formats.month('fr', '2026-12-01')).toBe('décembre 2026');
    expect(plain(formats.distance('en-GB', 347))).toBe('350 m');
    expect(plain(formats.distance('en-GB', 1240))).toBe('1.2 km');
    expect([formats.offset('+05:30'), formats.offset('-03:00'), formats.offset('+00:00')]).toEqual([
      'UTC+5:30',
      'UTC−3',
      'UTC+0',
    ]);
  });
});
