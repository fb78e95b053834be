import { queryOptions } from '@tanstack/react-query';
import { api, ask, isProblem } from '@wayfare/shared/api';
import { forgetHold, heldFor, keepHold } from '@wayfare/shared/session';
import { placeHold, writeChoice, type Hold, type HoldBody, type TripChoice } from '@wayfare/shared/trips';
import { nobody, type Chosen } from './selection';

/** What this tab holds for the choice already; null where nothing is held (any more). */
export const heldQuery = (choice: TripChoice) =>
  queryOptions({
    queryKey: ['held', writeChoice(choice)],
    queryFn: async ({ signal }) => {
      const hold = heldFor(choice);
      if (!hold) return null;
      try {
        const path = { hold_id: hold };
        const found = await ask(api.GET('/v1/holds/{hold_id}', { params: { path }, signal }));
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

interface Wanted {
  choice: TripChoice;
  body: HoldBody;
  /** What the tab holds by now. */
  before: Hold | null;
}

/** Hold what is wanted, and let go what was held before. */
export async function holdInstead({ choice, body, before }: Wanted): Promise<Hold> {
  // Units that are held and wanted again would be in the way of themselves.
  if (before) await release(before.hold_id);
  const hold = await placeHold(body);
  keepHold(hold.hold_id, choice);
  return hold;
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
