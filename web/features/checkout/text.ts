import { textOf, type Text } from '@wayfare/shared/i18n';
import type en from './messages/en.json';

export type CheckoutKey = keyof typeof en;
export type CheckoutText = Text<CheckoutKey>;
export const useText = textOf<CheckoutKey>();
