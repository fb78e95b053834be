/** The units of one leg, by passenger; null: none yet. */
export type Chosen = readonly (string | null)[];

export const nobody = (passengers: number): Chosen => Array.from({ length: passengers }, () => null);

export const countOf = (chosen: Chosen): number => chosen.filter((unit) => unit !== null).length;

/** All have a seat, or all let it be chosen: the API holds for everybody or chooses for everybody. */
export const isWhole = (chosen: Chosen): boolean =>
  countOf(chosen) === 0 || countOf(chosen) === chosen.length;

/** A press on a unit: it becomes the passenger's; a press on one's own gives it back. */
export function press(chosen: Chosen, passenger: number, unit: string): Chosen {
  const owner = chosen.indexOf(unit);
  if (owner >= 0) return chosen.map((mine, at) => (at === owner ? null : mine));
  return chosen.map((mine, at) => (at === passenger ? unit : mine));
}

/** Who chooses next: the first without a seat from `after` on, else who chose last. */
export function nextPassenger(chosen: Chosen, after: number): number {
  const order = chosen.map((_, at) => (after + 1 + at) % chosen.length);
  return order.find((passenger) => chosen[passenger] === null) ?? after;
}

/** Without units that somebody else has now. */
export function without(chosen: Chosen, lost: readonly string[]): Chosen {
  const stays = !chosen.some((unit) => unit !== null && lost.includes(unit));
  return stays ? chosen : chosen.map((unit) => (unit !== null && lost.includes(unit) ? null : unit));
}

/** What a hold asks for: one list per leg, empty where the seats are chosen for everybody; null where all are. */
export function unitsWanted(legs: readonly Chosen[]): string[][] | null {
  const lists = legs.map((chosen) => chosen.filter((unit) => unit !== null));
  return lists.every((units) => units.length === 0) ? null : lists;
}
