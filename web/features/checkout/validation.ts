import type { Payment } from '@wayfare/shared/payment';
import type { Person } from './draft';
import type { CheckoutKey } from './text';

interface Filled {
  people: readonly Person[];
  email: string;
  payment: Payment | null;
}

/** What is missing or cannot be right, by the server's names of the fields. The server looks closer. */
export function missingIn({ people, email, payment }: Filled): string[] {
  return [
    ...people.flatMap(({ given_name: given, family_name: family }, at) => [
      ...(given.trim() ? [] : [`passengers.${at}.given_name`]),
      ...(family.trim() ? [] : [`passengers.${at}.family_name`]),
    ]),
    ...(/^\S+@\S+\.\S+$/.test(email.trim()) ? [] : ['contact.email']),
    ...(payment ? [] : ['payment']),
  ];
}

/** How to mend a field, whoever found it wrong. */
export function messageOf(field: string): CheckoutKey {
  if (field.endsWith('given_name')) return 'checkout.error.given';
  if (field.endsWith('family_name')) return 'checkout.error.family';
  if (field.endsWith('email')) return 'checkout.error.email';
  if (field.endsWith('phone')) return 'checkout.error.phone';
  return 'checkout.error.payment';
}
