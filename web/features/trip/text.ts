import { textOf } from '@wayfare/shared/i18n';
import type en from './messages/en.json';

export type TripKey = keyof typeof en;
export const useText = textOf<TripKey>();
