import { secondsBetween, type Moment, type Money } from '@wayfare/shared/format';
import { MODES, type Mode } from '@wayfare/shared/trips';
import type { Booking, BookingLeg, Passenger } from './queries';

const at = (moment: Moment): number => Date.parse(moment);

export const departsAt = ({ legs }: Pick<Booking, 'legs'>): Moment => legs[0]?.from.departs_at ?? '';
export const arrivesAt = ({ legs }: Pick<Booking, 'legs'>): Moment => legs.at(-1)?.to.arrives_at ?? '';
export const originOf = ({ legs }: Pick<Booking, 'legs'>): string => legs[0]?.from.name ?? '';
export const destinationOf = ({ legs }: Pick<Booking, 'legs'>): string => legs.at(-1)?.to.name ?? '';

/** Still to be travelled, wholly or in part. */
export const isUpcoming = (booking: Booking, now: number): boolean =>
  (booking.status === 'confirmed' || booking.status === 'pending') && at(arrivesAt(booking)) > now;

/** What is next comes first; then what is over, the latest first. */
export function inOrder(bookings: readonly Booking[], now: number): { upcoming: Booking[]; past: Booking[] } {
  const sorted = [...bookings].sort((one, other) => at(departsAt(one)) - at(departsAt(other)));
  return {
    upcoming: sorted.filter((booking) => isUpcoming(booking, now)),
    past: sorted.filter((booking) => !isUpcoming(booking, now)).reverse(),
  };
}

/** Whether this passenger has something that can be travelled with or given back. */
export const isTravelling = ({ items }: Pick<Booking, 'items'>, passenger: number): boolean =>
  items.some((item) => item.passenger === passenger && (item.state === 'ticketed' || item.state === 'held'));

export const travellers = (booking: Booking): Passenger[] =>
  booking.passengers.filter(({ passenger }) => isTravelling(booking, passenger));

export const nameOf = ({ given_name: given, family_name: family }: Passenger): string =>
  `${given} ${family}`.trim();

/** A valid ticket with what is printed on it. */
export interface Ticket {
  /** As in the addresses of its files: 1 is the first passenger on the first leg. */
  number: number;
  /** Its whole number; another one when it is issued anew. */
  id: string;
  passenger: Passenger;
  leg: BookingLeg;
  coach: string | null;
  seat: string | null;
}

export function ticketsOf(booking: Booking): Ticket[] {
  return booking.tickets.flatMap((ticket) => {
    const number = Number(/\/tickets\/(\d+)\.pdf$/.exec(ticket.url)?.[1]);
    const passenger = booking.passengers.find((one) => one.passenger === ticket.passenger);
    const leg = booking.legs[ticket.leg - 1];
    const item = booking.items.find((one) => one.passenger === ticket.passenger && one.leg === ticket.leg);
    if (!number || !passenger || !leg || item?.state !== 'ticketed') return [];
    return [{ number, id: ticket.number, passenger, leg, coach: item.coach, seat: item.label }];
  });
}

/** Seconds between each leg and the next. */
export const changesOf = ({ legs }: Pick<Booking, 'legs'>): number[] =>
  legs.slice(1).map((next, number) => {
    const before = legs[number];
    return before ? secondsBetween(before.to.arrives_at, next.from.departs_at) : 0;
  });

export const modeOf = ({ mode }: Pick<BookingLeg, 'mode'>): Mode =>
  MODES.find((known) => known === mode) ?? 'rail';

export const isZero = ({ amount }: Money): boolean => /^-?0(\.0*)?$/.test(amount);

const isOpen = (until: Moment | null, now: number): boolean => until !== null && at(until) > now;

/** What may still be done with a booking. The server has the last word. */
export function optionsOf(booking: Booking, now: number) {
  const ahead = at(departsAt(booking)) > now;
  const confirmed = booking.status === 'confirmed' && ahead;
  return {
    cancel: confirmed,
    exchange: confirmed && booking.conditions.exchange.some(({ until }) => isOpen(until, now)),
    rename:
      (booking.status === 'pending' && ahead) ||
      (confirmed && isOpen(booking.conditions.name_change_until, now)),
  };
}

/** One sentence of the conditions. */
export interface Rule {
  key: `trips.rule.${'refund' | 'exchange'}.${'free' | 'fee' | 'no'}` | `trips.rule.name.${'free' | 'no'}`;
  until: Moment | null;
  fee: Money | null;
}

/** What may be given back or changed, as it holds from now on. */
export function rulesOf({ conditions }: Pick<Booking, 'conditions'>, now: number): Rule[] {
  const steps = (kind: 'refund' | 'exchange'): Rule[] => {
    const open = conditions[kind].filter(({ until }) => isOpen(until, now));
    if (open.length === 0) return [{ key: `trips.rule.${kind}.no`, until: null, fee: null }];
    return open.map(({ until, fee }) => ({
      key: isZero(fee) ? `trips.rule.${kind}.free` : `trips.rule.${kind}.fee`,
      until,
      fee,
    }));
  };
  const until = conditions.name_change_until;
  const named = isOpen(until, now);
  return [
    ...steps('refund'),
    ...steps('exchange'),
    { key: named ? 'trips.rule.name.free' : 'trips.rule.name.no', until: named ? until : null, fee: null },
  ];
}
