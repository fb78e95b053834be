import { Problem } from '@wayfare/shared/api';
import type { Hold } from '@wayfare/shared/trips';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { againUnits } from './again';
import { begin, bookedAs, isOpen, noteBooked, noteSent, openAttempt, settle, type Attempt } from './attempt';
import { minutesTold, secondsUntil } from './countdown';
import { follow, type Answer, type Doors } from './follow';
import { reasonKey } from './reasons';
import { messageOf, missingIn } from './validation';

const bodyOf = (token: string): Attempt['body'] => ({
  hold_id: 'h1',
  passengers: [{ given_name: 'Ada', family_name: 'Lovelace', category: 'adult' }],
  contact: { email: 'ada@example.org' },
  payment: { method: 'card', token, cardholder: '' },
});
const problem = (code: string, status: number, facts = {}) => new Problem(code, status, code, facts);
const address = { from: 'a', hold: 'h1' };

beforeEach(() => sessionStorage.clear());

describe('an attempt', () => {
  it('keeps its key and body until its end is known, whatever is pressed', () => {
    const first = begin('h1', address, bodyOf('tok_slow'));
    const second = begin('h1', address, bodyOf('tok_approved'));
    expect(second).toEqual(first);
    expect(openAttempt()).toEqual(first);
    settle();
    expect(openAttempt()).toBeNull();
    expect(begin('h1', address, bodyOf('tok_approved')).key).not.toBe(first.key);
  });

  it('of another hold is another one', () => {
    const first = begin('h1', address, bodyOf('tok_slow'));
    expect(begin('h2', address, bodyOf('tok_slow')).key).not.toBe(first.key);
  });

  it('survives what is not one in the storage', () => {
    sessionStorage.setItem('wayfare.attempt', '{"key": 1}');
    expect(openAttempt()).toBeNull();
  });

  it('is open while the server has not said how it ends', () => {
    expect([0, 429, 500, 503].map((status) => isOpen(problem('x', status)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(isOpen(problem('payment_pending', 409))).toBe(true);
    expect(isOpen(problem('payment_declined', 402))).toBe(false);
    expect(isOpen(problem('hold_expired', 409))).toBe(false);
    expect(isOpen(problem('validation_failed', 422))).toBe(false);
  });

  it('leaves behind what it was booked as', () => {
    noteBooked('h1', 'ABC123');
    expect(bookedAs('h1')).toBe('ABC123');
    expect(bookedAs('h2')).toBeNull();
  });
});

const done = {
  status: 'confirmed',
  locator: 'ABC123',
  access_token: 't',
  access_token_expires_at: 'x',
} as Answer;
const paying = (url?: string) =>
  ({
    ...done,
    status: 'pending',
    ...(url ? { next_action: { type: 'redirect', url } } : {}),
  }) as Answer;

function doorsOf(...answers: (Answer | Problem)[]) {
  const sent: string[] = [];
  const doors = {
    send: vi.fn((attempt: Attempt) => {
      sent.push(attempt.key);
      const answer = answers.shift();
      return answer instanceof Problem || !answer
        ? Promise.reject(answer ?? new Error('asked too often'))
        : Promise.resolve(answer);
    }),
    remember: vi.fn(),
    redirects: vi.fn(() => Promise.resolve(true)),
    leave: vi.fn(),
    pending: vi.fn(),
    pause: vi.fn(() => Promise.resolve()),
    stopped: vi.fn(() => false),
  } satisfies Doors;
  return { doors, sent };
}

describe('following an attempt', () => {
  it('ends with the booking', async () => {
    const { doors } = doorsOf(done);
    expect(await follow(begin('h1', address, bodyOf('tok_approved')), doors)).toEqual({
      is: 'booked',
      locator: 'ABC123',
    });
    expect(doors.remember).toHaveBeenCalledWith(done);
    expect(openAttempt()).toBeNull();
  });

  it('goes to the bank once, and asks with the same key until it is paid', async () => {
    const { doors, sent } = doorsOf(
      paying('https://bank/'),
      paying('https://bank/'),
      problem('payment_pending', 409),
      done,
    );
    const attempt = begin('h1', address, bodyOf('tok_3ds'));
    expect(await follow(attempt, doors)).toMatchObject({ is: 'booked' });
    expect(doors.leave.mock.calls).toEqual([['https://bank/']]);
    expect(new Set(sent)).toEqual(new Set([attempt.key]));
    expect(sent).toHaveLength(4);
  });

  it('does not go again after coming back', async () => {
    const { doors } = doorsOf(paying('https://bank/'), done);
    await follow(noteSent(begin('h1', address, bodyOf('tok_3ds'))), doors);
    expect(doors.leave).not.toHaveBeenCalled();
    expect(doors.pending).toHaveBeenCalledWith('https://bank/');
  });

  it('goes nowhere where there is no page to go to', async () => {
    const { doors } = doorsOf(paying('https://nowhere/'), done);
    doors.redirects.mockResolvedValue(false);
    await follow(begin('h1', address, bodyOf('tok_3ds')), doors);
    expect(doors.leave).not.toHaveBeenCalled();
    expect(doors.pending).toHaveBeenCalledWith(null);
  });

  it('keeps the attempt when no answer came, so that asking again is the same booking', async () => {
    const { doors, sent } = doorsOf(problem('offline', 0), done);
    const attempt = begin('h1', address, bodyOf('tok_approved'));
    expect(await follow(attempt, doors)).toMatchObject({ is: 'unsure' });
    const again = openAttempt();
    expect(again).toEqual(attempt);
    if (again) expect(await follow(again, doors)).toMatchObject({ is: 'booked' });
    expect(sent).toEqual([attempt.key, attempt.key]);
  });

  it('ends with a refusal, after which another card is another attempt', async () => {
    const { doors } = doorsOf(problem('payment_declined', 402));
    const attempt = begin('h1', address, bodyOf('tok_declined'));
    expect(await follow(attempt, doors)).toMatchObject({
      is: 'refused',
      error: { code: 'payment_declined' },
    });
    expect(begin('h1', address, bodyOf('tok_approved')).key).not.toBe(attempt.key);
  });

  it('leaves an attempt open that somebody else follows now', async () => {
    const { doors } = doorsOf(paying());
    doors.stopped.mockReturnValue(true);
    expect(await follow(begin('h1', address, bodyOf('tok_slow')), doors)).toEqual({ is: 'stopped' });
    expect(openAttempt()).not.toBeNull();
  });
});

describe('the countdown', () => {
  const until = '2026-12-01T09:10:00+01:00';

  it('ends at 0', () => {
    const end = Date.parse(until);
    expect(secondsUntil(until, end - 600_000)).toBe(600);
    expect(secondsUntil(until, end - 1)).toBe(1);
    expect(secondsUntil(until, end)).toBe(0);
    expect(secondsUntil(until, end + 5_000)).toBe(0);
  });

  it('tells of five, two and one minute', () => {
    expect([600, 301, 300, 121, 120, 61, 60, 0].map(minutesTold)).toEqual([null, null, 5, 5, 2, 2, 1, 1]);
  });
});

const legOf = (...units: [number, string][]): Hold['legs'][number] => ({
  departure_id: '20261201-7',
  from_call: 0,
  to_call: 5,
  cabin: 'second',
  units: units.map(([passenger, unit]) => ({
    passenger,
    unit,
    coach: '',
    label: unit,
    from_call: 0,
    to_call: 5,
  })),
});
const holdOf = (...legs: Hold['legs']): Hold => ({
  hold_id: 'h1',
  state: 'expired',
  expires_at: '2026-12-01T08:10:00Z',
  price: { amount: '10.00', currency: 'EUR' },
  legs,
});

describe('holding again', () => {
  it('asks for the same units, in the order of the passengers', () => {
    expect(againUnits(holdOf(legOf([2, 'B'], [1, 'A']), legOf([1, 'C'], [2, 'D'])))).toEqual([
      ['A', 'B'],
      ['C', 'D'],
    ]);
  });

  it('has chosen anew what has no numbers or changes on the way', () => {
    expect(againUnits(holdOf(legOf([1, 'A'], [1, 'B']), legOf([1, 'C'])))).toEqual([[], ['C']]);
    expect(againUnits(holdOf(legOf([1, ''])))).toBeNull();
    expect(againUnits(null)).toBeNull();
  });
});

describe('what people are told', () => {
  it('of a refused payment is what to do', () => {
    const told = (reason?: string) => reasonKey(problem('payment_declined', 402, { reason }));
    expect([
      told('insufficient_funds'),
      told('authentication_failed'),
      told('card_declined'),
      told(),
    ]).toEqual([
      'checkout.declined.funds',
      'checkout.declined.bank',
      'checkout.declined.card',
      'checkout.declined.card',
    ]);
  });

  it('of the form is what is missing, by the names that the server uses', () => {
    const payment = { method: 'card', token: 'tok_approved' } as const;
    const ada = { given_name: 'Ada', family_name: 'Lovelace' };
    expect(missingIn({ people: [ada], email: 'ada@example.org', payment })).toEqual([]);
    const missing = missingIn({
      people: [ada, { given_name: 'X', family_name: ' ' }],
      email: 'ada',
      payment: null,
    });
    expect(missing).toEqual(['passengers.1.family_name', 'contact.email', 'payment']);
    expect([...missing, 'contact.phone'].map(messageOf)).toEqual([
      'checkout.error.family',
      'checkout.error.email',
      'checkout.error.payment',
      'checkout.error.phone',
    ]);
  });
});
