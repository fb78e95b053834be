import { api, ask } from '@wayfare/shared/api';
import { readJson, remove, write } from '@wayfare/shared/storage';
import type { ConsentKind } from '../privacy/kinds';
import { TEXT_VERSION } from '../privacy/kinds';

/**
 * What somebody agreed to when registering. There is no account to write it to before the address is confirmed, so it
 * waits on the device for the first log-in with that address.
 */
interface Agreed {
  email: string;
  version: string;
  kinds: ConsentKind[];
}

const KEY = 'wayfare.agreed';

const isAgreed = (value: unknown): value is Agreed => {
  const found = value as Partial<Agreed> | null;
  return typeof found?.email === 'string' && typeof found.version === 'string' && Array.isArray(found.kinds);
};

const folded = (email: string) => email.trim().toLowerCase();

export function rememberConsents(email: string, kinds: ConsentKind[]): void {
  write(KEY, JSON.stringify({ email: folded(email), version: TEXT_VERSION, kinds } satisfies Agreed));
}

/** Write them to the account that has just been logged in to, if they are of its address. */
export async function giveConsents(email: string): Promise<void> {
  const agreed = readJson(KEY, isAgreed);
  if (agreed?.email !== folded(email)) return;
  for (const kind of agreed.kinds) {
    const params = { path: { kind } };
    await ask(api.PUT('/v1/me/consents/{kind}', { params, body: { version: agreed.version } }));
  }
  remove(KEY);
}
