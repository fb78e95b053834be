/** The languages of the app, each by its own name. */
export const LOCALES = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  hi: 'हिन्दी',
  ar: 'العربية',
} as const;

export type Locale = keyof typeof LOCALES;

export const isLocale = (tag: string | null | undefined): tag is Locale =>
  !!tag && Object.hasOwn(LOCALES, tag);

export const directionOf = (locale: Locale): 'ltr' | 'rtl' => (locale === 'ar' ? 'rtl' : 'ltr');

/** The first language of the list that the app speaks, else English. */
export function negotiate(wanted: readonly string[]): Locale {
  return wanted.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLocale) ?? 'en';
}

/** How dates and numbers are written: in the visitor's own variety of the language where the browser names it. */
export function formatTag(locale: Locale, wanted: readonly string[]): string {
  return (
    wanted.find((tag) => tag.split('-')[0]?.toLowerCase() === locale) ?? (locale === 'en' ? 'en-GB' : locale)
  );
}
