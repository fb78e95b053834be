import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { system } from './server.ts';

/** The path of the link to a page in the letter that somebody got. Waits for the letter. */
export async function linkIn(page: 'verify' | 'reset', to: string): Promise<string> {
  const folder = join((await system()).data, 'mail');
  let found: string | undefined;
  await expect
    .poll(async () => (found = await findLink(folder, page, to)), { message: `a letter to ${to}` })
    .toBeTruthy();
  return found ?? '';
}

async function findLink(folder: string, page: string, to: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []); // nobody has got a letter yet
  const letters = names.filter((name) => /^[^.].*\.eml$/.test(name)).sort(); // those with a dot are being written
  for (const name of letters.reverse()) {
    const letter = decoded(await readFile(join(folder, name), 'utf8'));
    const link = new RegExp(`/${page}#token=[\\w.~-]+`).exec(letter);
    if (link && letter.includes(to)) return link[0];
  }
  return undefined;
}

/** Quoted-printable text (RFC 2045, 6.7) as it was written. */
const decoded = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
