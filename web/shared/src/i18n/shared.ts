import type en from '../../messages/en.json';
import type { Catalogue } from './catalogues';
import { textOf } from './useText';

export type SharedKey = keyof typeof en;
export const useSharedText = textOf<SharedKey>();
export const sharedCatalogue: Catalogue = (locale) => import(`../../messages/${locale}.json`);
