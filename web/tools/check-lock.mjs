// The lock file may name no registry: a mirror's address would bind every reader to it.
import { readFileSync } from 'node:fs';

const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const named = [...lock.matchAll(/"resolved": "(https?:[^"]*)"/g)].map((match) => match[1]);
if (named.length) {
  console.error(
    `package-lock.json names ${named[0]}: install with omit-lockfile-registry-resolved=true (.npmrc)`,
  );
  process.exit(1);
}
