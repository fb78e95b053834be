import { textOf, type Text } from '@wayfare/shared/i18n';
import type en from './messages/en.json';

export type SearchKey = keyof typeof en;
export type SearchText = Text<SearchKey>;
export const useText = textOf<SearchKey>();
