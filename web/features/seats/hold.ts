import { api, ask, isProblem, newIdempotencyKey, type components } from '@wayfare/shared/api';
import { forgetHold, heldFor, keepHold } from '@wayfare/shared/session';
import { writeChoice, type TripChoice } from '@wayfare/shared/trips';
import { queryOptions } from '@tanstack/react-query';
import { nobody, type Chosen } from './selection';

type Schemas = components['schemas'];
export type Hold = Schemas['HoldAnswer'];
export type HoldBody = Schemas['HoldBody'];

/** What this tab holds for the choice already; null where nothing is held (any more). */
export const heldQuery = (choice: TripChoice) =>
  queryOptions({
    queryKey: ['held', writeChoice(choice)],
    queryFn: async ({ signal }) => {
      const hold = heldFor(choice);
      if (!hold) return null;
      try {
        const found = await ask(
          api.GET('/v1/holds/{hold_id}', { params: { path: { hold_id: hold } }, signal }),
        );
        return found.state === 'held' ? found : null;
      } catch (error) {
        if (isProblem(error, 'not_found')) return null;
        throw error;
      }
    },
    staleTime: 0,
    gcTime: 0,
  });

/** The units of a hold as a choice, leg by leg. With a change of seat on the way nobody named them: none is chosen. */
export function chosenOf(hold: Hold, passengers: number): Chosen[] {
  return hold.legs.map(({ units }) => {
    const named = units.length === passengers && units.every(({ unit }) => unit !== '');
    if (!named) return nobody(passengers);
    return nobody(passengers).map(
      (_, at) => units.find(({ passenger }) => passenger === at + 1)?.unit ?? null,
    );
  });
}

/** One hold that is asked for: repeated with the same body it keeps its key, so that it is made once. */
interface Asked {
  said: string;
  key: string;
}
let asked: Asked | null = null;

export function keyFor(body: HoldBody): string {
  const said = JSON.stringify(body);
  if (asked?.said !== said) asked = { said, key: newIdempotencyKey() };
  return asked.key;
}

/** After the server said yes or no: the next hold is another one, even of the same seats. */
export const settleKey = (): void => {
  asked = null;
};

interface Wanted {
  choice: TripChoice;
  body: HoldBody;
  /** What the tab holds by now. */
  before: Hold | null;
}

/** Hold what is wanted, and let go what was held before. */
export async function placeHold({ choice, body, before }: Wanted): Promise<Hold> {
  // Units that are held and wanted again would be in the way of themselves.
  if (before) await release(before.hold_id);
  try {
    const params = { header: { 'Idempotency-Key': keyFor(body) } };
    const hold = await ask(api.POST('/v1/holds', { params, body }));
    settleKey();
    keepHold(hold.hold_id, choice);
    return hold;
  } catch (error) {
    if (!isProblem(error) || !error.passes) settleKey();
    throw error;
  }
}

async function release(hold: string): Promise<void> {
  forgetHold();
  try {
    await ask(api.DELETE('/v1/holds/{hold_id}', { params: { path: { hold_id: hold } } }));
  } catch (error) {
    if (isProblem(error) && error.passes) throw error; // it is still held: asking again releases it
  }
}

/** Whether the hold has just what is wanted, and still for a while. */
export function isHeld(hold: Hold, wanted: readonly Chosen[], now = Date.now()): boolean {
  const held = chosenOf(hold, wanted[0]?.length ?? 0);
  return Date.parse(hold.expires_at) > now && JSON.stringify(held) === JSON.stringify(wanted);
}
