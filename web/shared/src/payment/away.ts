import { read, remove, write } from '../storage';

const KEY = 'wayfare.away';

/** Banks send everybody back to the checkout: whose payment is of a booking that is there already goes on to that. */
export const noteAway = (locator: string): void => {
  write(KEY, locator, 'tab');
};

/** The booking that somebody was paying for when this tab went to the bank. */
export const backFrom = (): string | null => read(KEY, 'tab');

export const forgetAway = (): void => remove(KEY, 'tab');
