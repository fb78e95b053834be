import type { Offer } from '@wayfare/shared/trips';
import type { TripKey } from './text';

type Steps = Offer['conditions']['refund'];

/** One sentence: what may be done until when, and what it costs. */
export interface Rule {
  kind: 'refund' | 'exchange' | 'name';
  /** free: costs nothing; fee: costs something; no: cannot be done (any more). */
  how: 'free' | 'fee' | 'no';
  until: string | null;
  fee: Steps[number]['fee'] | null;
}

const isFree = (amount: string) => /^0(\.0*)?$/.test(amount);

function rulesOf(kind: 'refund' | 'exchange', steps: Steps): Rule[] {
  if (steps.length === 0) return [{ kind, how: 'no', until: null, fee: null }];
  return steps.map(({ until, fee }) => ({ kind, how: isFree(fee.amount) ? 'free' : 'fee', until, fee }));
}

/** The conditions of an offer as sentences, in the order in which people ask. */
export function rulesOfOffer({ conditions }: Pick<Offer, 'conditions'>): Rule[] {
  const until = conditions.name_change_until;
  return [
    ...rulesOf('refund', conditions.refund),
    ...rulesOf('exchange', conditions.exchange),
    { kind: 'name', how: until ? 'free' : 'no', until, fee: null },
  ];
}

type RuleKey = Extract<TripKey, `trip.rule.${string}`>;

/** The message of a rule. Changing a name costs nothing where it may be done at all. */
export const keyOf = ({ kind, how }: Rule): RuleKey =>
  kind === 'name' ? (how === 'no' ? 'trip.rule.name.no' : 'trip.rule.name.free') : `trip.rule.${kind}.${how}`;
