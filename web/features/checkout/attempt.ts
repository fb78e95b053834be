import { isProblem, newIdempotencyKey, type components } from '@wayfare/shared/api';
import { readJson, remove, write } from '@wayfare/shared/storage';

export type BookingBody = components['schemas']['BookingBody'];

/**
 * One booking that was sent, until the server has said how it ended. Whatever happens meanwhile (two presses, reloading,
 * a way to the bank and back, no network), it is repeated with the same key and the same body, and so done once.
 */
export interface Attempt {
  key: string;
  hold: string;
  /** The query of the checkout's address: who comes back from a bank has none. */
  address: Record<string, string>;
  body: BookingBody;
  /** The customer was sent to the bank already. */
  sent: boolean;
}

const KEY = 'wayfare.attempt';
const BOOKED = 'wayfare.booked';

const isAttempt = (value: unknown): value is Attempt => {
  const found = value as Partial<Attempt> | null;
  return (
    typeof found?.key === 'string' &&
    typeof found.hold === 'string' &&
    typeof found.address === 'object' &&
    typeof found.body === 'object'
  );
};

/** The attempt of this tab whose end is not known. */
export const openAttempt = (): Attempt | null => readJson(KEY, isAttempt, 'tab');

/** A new attempt; while one is open for the hold, that one, whatever is asked for now. */
export function begin(hold: string, address: Record<string, string>, body: BookingBody): Attempt {
  const open = openAttempt();
  if (open?.hold === hold) return open;
  return keep({ key: newIdempotencyKey(), hold, address, body, sent: false });
}

export const noteSent = (attempt: Attempt): Attempt => keep({ ...attempt, sent: true });

function keep(attempt: Attempt): Attempt {
  write(KEY, JSON.stringify(attempt), 'tab');
  return attempt;
}

/** Its end is known: whatever is sent next is another attempt. */
export const settle = (): void => remove(KEY, 'tab');

/** Whether an answer leaves open how the booking ends: it never came, came too early, or is not about the booking. */
export const isOpen = (error: unknown): boolean =>
  !isProblem(error) || error.passes || error.code === 'payment_pending';

interface Booked {
  hold: string;
  locator: string;
}

const isBooked = (value: unknown): value is Booked => {
  const found = value as Partial<Booked> | null;
  return typeof found?.hold === 'string' && typeof found.locator === 'string';
};

/** Who comes back to a checkout that is done finds the booking. */
export const noteBooked = (hold: string, locator: string): void => {
  write(BOOKED, JSON.stringify({ hold, locator } satisfies Booked), 'tab');
};

export function bookedAs(hold: string): string | null {
  const booked = readJson(BOOKED, isBooked, 'tab');
  return booked?.hold === hold ? booked.locator : null;
}
