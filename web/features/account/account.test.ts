import { problemOf } from '@wayfare/shared/api';
import { describe, expect, it } from 'vitest';
import { deviceName } from './devices/names';
import { readNext, targetOf } from './entry/next';
import { readToken } from './entry/token';
import { failing, isEmail, isName, isPassword, wrongAt } from './fields';
import { standing } from './privacy/kinds';
import type { Consent, Traveller } from './queries';
import { bodyOf, check, factsOf } from './travellers/facts';

describe('fields', () => {
  it('are checked as the server checks them', () => {
    expect(['ada@example.org', 'ada@example', 'ada', 'a b@c.d'].map(isEmail)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(['a'.repeat(8), 'a'.repeat(7), 'a'.repeat(129), '👩🏽‍🚀👩🏽‍🚀'].map(isPassword)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(['Ada', 'अदा', 'عادة', '123', ' '].map(isName)).toEqual([true, true, true, false, false]);
  });

  it('that fail are said how to mend', () => {
    expect(failing({ email: false, password: true, terms: false })).toEqual({
      email: 'account.wrong.email',
      terms: 'account.wrong.terms',
    });
  });

  it('that the server finds wrong are named by it', () => {
    const errors = [
      { field: 'document.number', message: 'no' },
      { field: 'body.email', message: 'no' },
      { field: 'unheard_of', message: 'no' },
    ];
    const problem = problemOf(422, { code: 'validation_failed', detail: 'no', errors });
    expect(wrongAt(problem)).toEqual({
      'document.number': 'account.wrong.document',
      email: 'account.wrong.email',
    });
    expect(wrongAt(problemOf(503, { code: 'unavailable' }))).toEqual({});
  });
});

describe('after log-in', () => {
  it('one comes back to the page one was on', () => {
    expect(targetOf(readNext({ next: '/checkout?trip=7&hold=1' }))).toEqual({
      to: '/checkout',
      search: { trip: '7', hold: '1' },
    });
    expect(targetOf(null)).toEqual({ to: '/account' });
  });

  it.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '', undefined])(
    'never goes to another site: %s',
    (next) => expect(readNext({ next })).toBeNull(),
  );
});

describe('the token of a letter', () => {
  it('stands behind the #', () => {
    expect(readToken('#token=abc-_1')).toBe('abc-_1');
    expect([readToken(''), readToken('#token='), readToken('#other=1')]).toEqual([null, null, null]);
  });
});

describe('consents', () => {
  const consent = (kind: Consent['kind'], withdrawn: string | null): Consent => ({
    consent_id: 'c',
    kind,
    version: '1',
    given_at: '2026-11-01T00:00:00Z',
    withdrawn_at: withdrawn,
  });

  it('hold until they are taken back, whatever was given before', () => {
    const newestFirst = [
      consent('analytics', '2026-11-02T00:00:00Z'),
      consent('terms', null),
      consent('analytics', null),
    ];
    expect(standing(newestFirst, 'terms')).not.toBeNull();
    expect(standing(newestFirst, 'analytics')).toBeNull();
    expect(standing(newestFirst, 'marketing_sms')).toBeNull();
  });
});

describe('a traveller', () => {
  const known: Traveller = {
    traveller_id: 't',
    given_name: 'Ada',
    family_name: 'Lovelace',
    category: 'senior',
    birth_date: '1950-12-10',
    document: { kind: 'passport', number: 'X123', country: 'GB', expires_on: null },
    preferences: {
      features: ['quiet', 'window'],
      together: false,
      coach: '7',
      accessible: true,
      seat_change: true,
    },
  };

  it('that is saved unchanged stays as it is, with the wishes the form does not show', () => {
    expect({ ...bodyOf(factsOf(known), known), traveller_id: 't' }).toEqual(known);
  });

  it('may give up the document, and sit elsewhere', () => {
    const body = bodyOf({ ...factsOf(known), document: 'none', seat: 'aisle' }, known);
    expect([body.document, body.preferences.features]).toEqual([null, ['quiet', 'aisle']]);
  });

  it('is checked before it is sent', () => {
    const empty = { ...factsOf(null), document: 'passport' as const, birth_date: '2027-01-01' };
    expect(Object.keys(check(empty, '2026-11-21'))).toEqual([
      'given_name',
      'family_name',
      'birth_date',
      'document.number',
      'document.country',
    ]);
    expect(check(factsOf(known), '2026-11-21')).toEqual({});
  });
});

describe('devices', () => {
  it.each([
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
      'Chrome, Android',
    ],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1', 'Safari, iPhone'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox, Linux'],
    ['ticket printer', 'ticket printer'],
    ['', ''],
  ])('%s is called %s', (name, called) => expect(deviceName(name)).toBe(called));
});
