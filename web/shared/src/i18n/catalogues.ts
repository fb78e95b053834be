import { setupI18n, type Messages } from '@lingui/core';
import { read, remove, write } from '../storage';
import { directionOf, formatTag, isLocale, negotiate, type Locale } from './locales';

/** Brings the messages of one language: `(locale) => import(`./messages/${locale}.json`)`. */
export type Catalogue = (locale: Locale) => Promise<{ default: unknown }>;

const KEY = 'wayfare.locale';
export const i18n = setupI18n();

const needed = new Set<Catalogue>();
const loaded = new Map<Catalogue, Set<Locale>>();
const listeners = new Set<() => void>();
const chosen = read(KEY);
let current: Locale = isLocale(chosen) ? chosen : negotiate(navigator.languages);

export const currentLocale = (): Locale => current;

/** The BCP 47 tag for `Intl`. */
export const currentTag = (): string => formatTag(current, navigator.languages);

export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Make a catalogue's messages available, now and after every change of language. */
export async function need(catalogue: Catalogue): Promise<void> {
  needed.add(catalogue);
  await load(catalogue, current);
  activate();
}

/** Change the language of the app; `null` follows the browser again. */
export async function chooseLocale(locale: Locale | null): Promise<void> {
  const next = locale ?? negotiate(navigator.languages);
  await Promise.all([...needed].map((catalogue) => load(catalogue, next)));
  if (locale) write(KEY, locale);
  else remove(KEY);
  current = next;
  activate();
  for (const listener of listeners) listener();
}

async function load(catalogue: Catalogue, locale: Locale): Promise<void> {
  const known = loaded.get(catalogue) ?? new Set();
  loaded.set(catalogue, known);
  if (known.has(locale)) return;
  const messages = await catalogue(locale);
  i18n.load(locale, messages.default as Messages);
  known.add(locale);
}

function activate(): void {
  i18n.activate(current, currentTag());
  document.documentElement.lang = current;
  document.documentElement.dir = directionOf(current);
}
