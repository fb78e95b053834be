import { textOf } from '@wayfare/shared/i18n';
import type en from './messages/en.json';

export type AccountKey = keyof typeof en;
export const useText = textOf<AccountKey>();
