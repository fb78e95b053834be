import { textOf, type Text } from '@wayfare/shared/i18n';
import type en from './messages/en.json';

export type SeatsKey = keyof typeof en;
export type SeatsText = Text<SeatsKey>;
export const useText = textOf<SeatsKey>();
