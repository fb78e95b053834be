import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WEB = fileURLToPath(new URL('..', import.meta.url));

/** The texts of the pages in a language, as the catalogues have them: for tests that run in several. */
export function wordsIn(language: string): (key: string) => RegExp {
  const folders = ['shared', ...readdirSync(join(WEB, 'features')).map((name) => join('features', name))];
  const files = folders.map((folder) => join(WEB, folder, 'messages', `${language}.json`));
  const catalogues = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const all = Object.assign({}, ...catalogues.map((text) => JSON.parse(text) as unknown)) as Partial<
    Record<string, string>
  >;
  return (key) => {
    const message = all[key];
    if (message === undefined) throw new Error(`no message ${key} in ${language}`);
    return pattern(message);
  };
}

/** A message with anything in the place of its arguments. */
const pattern = (message: string): RegExp =>
  new RegExp(
    message
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
