import type { Consent } from '../queries';

export type ConsentKind = Consent['kind'];

/** Which texts of `account.consent.*` and `account.terms.text` people agree to; another one when they change. */
export const TEXT_VERSION = '2026-11-01';

/** What may be given and taken back at any time; the terms hold as long as there is an account. */
export const CHOSEN = [
  'marketing_email',
  'marketing_sms',
  'analytics',
  'personalisation',
] as const satisfies readonly ConsentKind[];

/** What holds of a kind: the version agreed to last, unless it was taken back. `consents`: the newest first. */
export function standing(consents: readonly Consent[], kind: ConsentKind): Consent | null {
  const latest = consents.find((one) => one.kind === kind);
  return latest?.withdrawn_at === null ? latest : null;
}
