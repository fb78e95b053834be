// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { LOCALES } from '../shared/src/i18n/locales';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = [
  'shared/messages',
  ...readdirSync(join(root, 'features')).map((name) => `features/${name}/messages`),
];
const catalogues = folders.filter((folder) => existsSync(join(root, folder)));
const languages = Object.keys(LOCALES);

const read = (folder: string, language: string) =>
  JSON.parse(readFileSync(join(root, folder, `${language}.json`), 'utf8')) as Record<string, string>;

/** What a message is filled with: ["count:plural", "what"]. */
function slots(message: unknown, found = new Set<string>()): string[] {
  if (!Array.isArray(message)) return [...found].sort();
  for (const part of message as unknown[]) {
    if (!Array.isArray(part)) continue;
    const [name, kind, forms] = part as [string, string?, Record<string, unknown>?];
    if (name !== '#') found.add(kind ? `${name}:${kind}` : name);
    if (typeof forms === 'object') Object.values(forms).forEach((form) => slots(form, found));
  }
  return [...found].sort();
}

/** The plural forms that the numbers of a language take, as far as people travel together. */
function formsOf(language: string): string[] {
  const rules = new Intl.PluralRules(language);
  return [...new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)))];
}

describe.each(catalogues)('%s', (folder) => {
  const english = read(folder, 'en');

  it.each(languages)('says everything in %s', (language) => {
    const messages = read(folder, language);
    expect(Object.keys(messages)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(messages)) {
      expect(text.trim(), key).not.toBe('');
      expect(slots(compileMessage(text)), key).toEqual(slots(compileMessage(english[key] ?? '')));
    }
  });

  it.each(languages)('has the plural forms of %s', (language) => {
    for (const [key, text] of Object.entries(read(folder, language))) {
      for (const [, forms = ''] of text.matchAll(/plural,((?:[^{}]|\{[^{}]*\})*)\}/g)) {
        const missing = formsOf(language).filter((form) => !new RegExp(`\\b${form} ?\\{`).test(forms));
        expect(missing, `${key} in ${language}`).toEqual([]);
      }
    }
  });

  it.each(languages.filter((language) => language !== 'en'))('is translated into %s', (language) => {
    // Some words are the same in two languages; a catalogue that was copied is not.
    const same = Object.entries(read(folder, language)).filter(([key, text]) => text === english[key]);
    expect(same.length).toBeLessThanOrEqual(Math.ceil(Object.keys(english).length / 10));
  });

  it('names its messages after itself, so that no two catalogues meet', () => {
    const own = basename(dirname(folder));
    if (own === 'shared') return;
    const prefixes = new Set(Object.keys(english).map((key) => key.split('.')[0]));
    for (const other of catalogues.filter((name) => name !== folder)) {
      for (const key of Object.keys(read(other, 'en'))) expect(prefixes).not.toContain(key.split('.')[0]);
    }
  });
});
