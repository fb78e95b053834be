import { useQueryClient } from '@tanstack/react-query';
import { isProblem } from '@wayfare/shared/api';
import { links, useGo } from '@wayfare/shared/pages';
import { partySize, tripQuery, type Hold, type HoldBody } from '@wayfare/shared/trips';
import { useState } from 'react';
import { chosenOf, holdInstead, isHeld } from './hold';
import { findUnit, seatsQuery, type Seats, type Unit } from './seats';
import type { SeatsViewProps } from './SeatsView';
import { isWhole, nextPassenger, nobody, press, unitsWanted, without, type Chosen } from './selection';

export type Preferences = NonNullable<HoldBody['preferences']>;

const heldOn = (hold: Hold | null, leg: number): string[] =>
  hold?.legs[leg]?.units.map(({ unit }) => unit) ?? [];

/** Chosen units that are free no more, though they are not held here. */
export const lostOf = (chosen: Chosen, seats: Seats | undefined, held: readonly string[]): string[] =>
  chosen
    .filter((unit): unit is string => unit !== null && !held.includes(unit))
    .filter((unit) => findUnit(seats, unit)?.state !== 'free');

const firstOpen = (chosen: Chosen) => Math.max(0, chosen.indexOf(null));

/** What is chosen on all legs, what is held of it, and what presses do. */
export function useSeating({ choice, offer, rides, seats, held }: SeatsViewProps) {
  const go = useGo();
  const client = useQueryClient();
  const passengers = partySize(choice.search.party);
  const [at, setAt] = useState(0);
  const [hold, setHold] = useState(held);
  const [picked, setPicked] = useState<readonly Chosen[]>(() =>
    held ? chosenOf(held, passengers) : rides.map(() => nobody(passengers)),
  );
  const [passenger, setPassenger] = useState(0);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown; again: () => void } | null>(null);

  // Somebody else may have taken what was picked a moment ago: the pictures of the legs tell.
  const gone = picked.map((chosen, leg) => lostOf(chosen, seats[leg], heldOn(hold, leg)));
  const all = picked.map((chosen, leg) => without(chosen, gone[leg] ?? []));
  const chosen = all[at] ?? nobody(passengers);
  // Who lost a seat is the first to choose again.
  const active = gone[at]?.length ? firstOpen(chosen) : passenger;

  const goTo = (leg: number) => {
    setAt(leg);
    setAsked(false);
    setPassenger(firstOpen(all[leg] ?? []));
  };

  const choose = (next: Chosen, passenger: number) => {
    setFailure(null);
    setAsked(false);
    setPicked(all.map((before, leg) => (leg === at ? next : before)));
    setPassenger(passenger);
  };

  /** Ask for a hold; null when it was refused, and then the page says why. */
  async function request(wanted: readonly Chosen[], preferences: Preferences | null): Promise<Hold | null> {
    setBusy(true);
    setFailure(null);
    try {
      const body = { offer_id: offer.offer_id ?? '', units: unitsWanted(wanted), preferences };
      const placed = await holdInstead({ choice, body, before: hold });
      setHold(placed);
      setPicked(chosenOf(placed, passengers));
      return placed;
    } catch (error) {
      if (!isProblem(error) || !error.passes) setHold(null);
      if (isProblem(error, 'units_taken', 'sold_out')) await lookAgain();
      if (isProblem(error, 'offer_expired', 'offer_invalid')) await client.refetchQueries(tripQuery(choice));
      // What was taken is told seat by seat, by what the new pictures say.
      if (!isProblem(error, 'units_taken'))
        setFailure({ error, again: () => void request(wanted, preferences) });
      return null;
    } finally {
      setBusy(false);
    }
  }

  async function lookAgain(): Promise<void> {
    const looks = rides.map(({ leg }) => client.query({ ...seatsQuery(leg), staleTime: 0 }));
    const pictures = await Promise.allSettled(looks);
    const leg = pictures.findIndex(
      (look, leg) => look.status === 'fulfilled' && lostOf(all[leg] ?? [], look.value, []).length > 0,
    );
    if (leg >= 0) goTo(leg);
  }

  async function goOn(): Promise<void> {
    const open = isWhole(chosen) ? all.findIndex((one, leg) => leg < at && !isWhole(one)) : at;
    if (open >= 0) {
      goTo(open);
      setAsked(true);
    } else if (at < rides.length - 1) {
      goTo(at + 1);
    } else {
      const placed = hold && isHeld(hold, all) ? hold : await request(all, null);
      if (placed) go(links.checkout(choice, placed.hold_id));
    }
  }

  return {
    at,
    all,
    chosen,
    active,
    busy,
    /** Seats are missing, and somebody wanted to go on. */
    asked,
    error: failure?.error ?? null,
    retry: failure?.again,
    lost: gone.flatMap((units, leg): Unit[] => units.flatMap((unit) => findUnit(seats[leg], unit) ?? [])),
    heldHere: heldOn(hold, at),
    holdId: hold?.hold_id ?? '',
    goTo,
    goOn,
    activate: (next: number) => {
      setPicked(all);
      setPassenger(next);
    },
    press: (unit: string) => {
      const owner = chosen.indexOf(unit);
      const next = press(chosen, active, unit);
      choose(next, owner >= 0 ? owner : nextPassenger(next, active));
    },
    chooseForMe: (preferences: Preferences) => {
      const wanted = all.map((one, leg) => (leg === at || !isWhole(one) ? nobody(passengers) : one));
      void request(wanted, preferences);
    },
  };
}
