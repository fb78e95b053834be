import { useCallback, useSyncExternalStore } from 'react';
import { currentLocale, currentTag, i18n, onLocale } from './catalogues';
import { directionOf, type Locale } from './locales';

export type Values = Record<string, string | number | Date>;
/** Writes the message with this key. The keys are those of a catalogue, so a misspelt one does not compile. */
export type Text<Key extends string> = (key: Key, values?: Values) => string;

export const useLocale = (): Locale => useSyncExternalStore(onLocale, currentLocale);
export const useTag = (): string => useSyncExternalStore(onLocale, currentTag);
export const useDirection = (): 'ltr' | 'rtl' => directionOf(useLocale());

/** A feature declares its own: `export const useText = textOf<keyof typeof en>()`. */
export function textOf<Key extends string>(): () => Text<Key> {
  return function useCatalogueText() {
    const locale = useLocale();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another language makes another function, so memos follow
    return useCallback((key: Key, values?: Values) => i18n._(key, values), [locale]);
  };
}
