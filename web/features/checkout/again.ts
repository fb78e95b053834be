import type { Hold, HoldBody } from '@wayfare/shared/trips';

/**
 * The units of a hold, to hold the same again: one list per leg. A leg without numbers, or with a change of seat on the
 * way, is chosen anew.
 */
export function againUnits(hold: Hold | null): NonNullable<HoldBody['units']> | null {
  if (!hold) return null;
  const lists = hold.legs.map(({ units }) => {
    const passengers = new Set(units.map(({ passenger }) => passenger));
    const named = passengers.size === units.length && units.every(({ unit }) => unit !== '');
    const inOrder = [...units].sort((one, other) => one.passenger - other.passenger);
    return named ? inOrder.map(({ unit }) => unit) : [];
  });
  return lists.some((list) => list.length > 0) ? lists : null;
}
