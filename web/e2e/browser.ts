import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where tools/chromium.sh puts one. */
const OWN = fileURLToPath(new URL('../../.tools/chromium/chromium', import.meta.url));
/** The first has no windows at all, and is the quickest. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** Where the machine's Chromium is, or the project's; CHROMIUM names another. Throws when there is none. */
export function chromium(): string {
  const named = process.env.CHROMIUM;
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = named ?? [...places, OWN].find(runs);
  if (!found) throw new Error('There is no Chromium: tools/chromium.sh gets one, CHROMIUM names one.');
  return found;
}

/** Chromium in a container, often as root, that asks nobody for anything. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
