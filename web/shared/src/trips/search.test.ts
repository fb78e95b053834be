import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { priced, offerOf, tripOf } from '../../../tests/trips';
import { need, sharedCatalogue } from '../i18n';
import { cheapest, legName, offerOf as chosenOf, passengersOf, useNames } from '.';
import { readChoice, writeChoice } from './choice';
import { readParty, readSearch, writeParty, writeSearch, type TripSearch } from './search';

const search: TripSearch = {
  from: 'demo-rail-eu:berlin-hbf',
  to: 'MUC',
  date: '2026-12-01',
  party: { adult: 2, child: 1 },
  modes: ['rail', 'air'],
};

describe('a search in an address', () => {
  it('comes back as it was', () => {
    expect(readSearch(writeSearch(search))).toEqual(search);
  });

  it('names no means of travel when all are wanted', () => {
    expect(writeSearch({ ...search, modes: [] })).not.toHaveProperty('mode');
    expect(writeSearch({ ...search, modes: ['rail', 'coach', 'air', 'ferry'] })).not.toHaveProperty('mode');
  });

  it.each([
    {},
    { from: 'a', to: 'b' },
    { from: 'a', to: 'b', date: '2026-02-30' },
    { from: '', to: 'b', date: '2026-12-01' },
  ])('is none in %o', (raw) => expect(readSearch(raw)).toBeNull());

  it.each([
    ['adult:2,child:1', { adult: 2, child: 1 }],
    ['child:1', { child: 1 }],
    ['adult:12', { adult: 1 }],
    ['adult:9,child:1', { adult: 1 }],
    ['adult:0', { adult: 1 }],
    ['dog:1', { adult: 1 }],
    [undefined, { adult: 1 }],
  ])('party %s', (text, party) => expect(readParty(text)).toEqual(party));

  it('writes the party in the order in which offers price it', () => {
    expect(writeParty({ student: 1, adult: 2, child: 0 })).toBe('adult:2,student:1');
    expect(passengersOf({ student: 1, adult: 2 })).toEqual(['adult', 'adult', 'student']);
  });
});

describe('a choice in an address', () => {
  const choice = { search, trip: '20261201-7.0.5~20261201-9.1.2', time: '08:00' };

  it('comes back as it was, with and without an offer', () => {
    expect(readChoice(writeChoice(choice))).toEqual(choice);
    const chosen = { ...choice, cabin: 'first', family: 'flex' };
    expect(readChoice(writeChoice(chosen))).toEqual(chosen);
  });

  it('is none without a trip or with a time that is none', () => {
    expect(readChoice({ ...writeChoice(choice), trip: undefined })).toBeNull();
    expect(readChoice({ ...writeChoice(choice), time: '25:00' })).toBeNull();
  });

  it('finds its offer among those of the trip', () => {
    const flex = offerOf({ fare_family: 'flex' });
    const trip = tripOf({ offers: [offerOf(), flex] });
    expect(chosenOf(trip, { ...choice, cabin: 'second', family: 'flex' })).toBe(flex);
    expect(chosenOf(trip, choice)).toBeUndefined();
  });
});

describe('the cheapest offer', () => {
  it('is one that can be bought', () => {
    const gone = offerOf({ offer_id: null, price: { amount: '9.00', currency: 'EUR' } });
    expect(cheapest(tripOf({ offers: [gone, ...priced('100.00'), ...priced('59.90')] }))?.price.amount).toBe(
      '59.90',
    );
    expect(cheapest(tripOf({ offers: [gone] }))).toBeUndefined();
  });
});

describe('the name of a leg', () => {
  const leg = { mode: 'rail', line: { id: '1', name: 'E1' }, service_number: '501' } as const;
  it.each([
    [leg, 'E1 501'],
    [{ ...leg, service_number: 'E1 501' }, 'E1 501'],
    [{ ...leg, service_number: '' }, 'E1'],
    [{ ...leg, mode: 'air', service_number: 'WF12' } as const, 'WF12'],
    [{ ...leg, line: { id: '1', name: '' } }, '501'],
  ])('%o', (given, name) => expect(legName(given)).toBe(name));
});

describe('names of cabins', () => {
  it('are said in the present language where they are common, leg by leg', async () => {
    await need(sharedCatalogue);
    const { cabin, family } = renderHook(() => useNames()).result.current;
    expect(cabin('second', 'Second')).toBe('Second class');
    expect(cabin('second + standard', 'Second + Standard')).toBe('Second class + Standard');
    expect(cabin('3A', 'AC 3 Tier')).toBe('AC 3 Tier');
    expect(family('flex', 'Flex')).toBe('Flex');
  });
});
