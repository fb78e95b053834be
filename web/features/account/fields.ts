import { wrongFields } from '@wayfare/shared/api';
import type { AccountKey } from './text';

/** What is said of a field that is wrong: how to mend it. Fields are named as the API names them. */
const WRONG = {
  email: 'account.wrong.email',
  username: 'account.wrong.email',
  password: 'account.wrong.password',
  new_password: 'account.wrong.password',
  current_password: 'account.wrong.missing',
  given_name: 'account.wrong.name',
  family_name: 'account.wrong.name',
  phone: 'account.wrong.phone',
  birth_date: 'account.wrong.birth',
  'document.number': 'account.wrong.document',
  'document.country': 'account.wrong.country',
  'document.expires_on': 'account.wrong.date',
  code: 'account.wrong.code',
  terms: 'account.wrong.terms',
} as const satisfies Record<string, AccountKey>;

export type Field = keyof typeof WRONG;
export type Wrong = Partial<Record<Field, AccountKey>>;

const isField = (name: string): name is Field => Object.hasOwn(WRONG, name);

/** These fields, each with what is said of it. */
export const wrong = (...fields: Field[]): Wrong =>
  Object.fromEntries(fields.map((field) => [field, WRONG[field]]));

/** The fields that the server found wrong. */
export const wrongAt = (error: unknown): Wrong => wrong(...wrongFields(error).filter(isField));

/** As the server asks for it; the rest of what makes a password weak only it knows. */
export const PASSWORD = { min: 8, max: 128 };

export const isEmail = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text.trim());
export const isPassword = (text: string): boolean => {
  const { length } = Array.from(text.normalize('NFKC'));
  return length >= PASSWORD.min && length <= PASSWORD.max;
};
export const isName = (text: string): boolean => /\p{L}/u.test(text);

/** Those of the checks that fail. */
export const failing = (checks: Partial<Record<Field, boolean>>): Wrong =>
  wrong(...(Object.keys(checks) as Field[]).filter((field) => !checks[field]));
