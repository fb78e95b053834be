export { chooseLocale, currentLocale, currentTag, need, type Catalogue } from './catalogues';
export { directionOf, isLocale, LOCALES, negotiate, type Locale } from './locales';
export { sharedCatalogue, useSharedText, type SharedKey } from './shared';
export { textOf, useDirection, useLocale, useTag, type Text } from './useText';
