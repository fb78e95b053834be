import { readJson, remove, write } from '../storage';
import { writeChoice, type TripChoice } from '../trips/choice';

/** What this tab holds, so that going back to the seats finds them as they were left. */
interface Held {
  hold: string;
  /** The choice it was made for, as addresses write it. */
  choice: Record<string, string>;
}

const KEY = 'wayfare.hold';

function isHeld(value: unknown): value is Held {
  const found = value as Partial<Held> | null;
  return typeof found?.hold === 'string' && typeof found.choice === 'object';
}

const same = (one: Record<string, string>, other: Record<string, string>) =>
  new URLSearchParams(one).toString() === new URLSearchParams(other).toString();

export function keepHold(hold: string, choice: TripChoice): void {
  write(KEY, JSON.stringify({ hold, choice: writeChoice(choice) } satisfies Held), 'tab');
}

export const forgetHold = (): void => remove(KEY, 'tab');

/** The hold of this tab, where it is one of this choice. */
export function heldFor(choice: TripChoice): string | null {
  const held = readJson(KEY, isHeld, 'tab');
  return held && same(held.choice, writeChoice(choice)) ? held.hold : null;
}
