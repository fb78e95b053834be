import { readJson, remove, write } from '@wayfare/shared/storage';
import { useState } from 'react';

export interface Person {
  given_name: string;
  family_name: string;
}

/** What was typed: it outlives reloading, and a hold that ended. Null: not touched yet. */
export interface Draft {
  people: (Person | null)[];
  email: string | null;
  phone: string | null;
}

const KEY = 'wayfare.checkout';
const NOTHING: Draft = { people: [], email: null, phone: null };

const isDraft = (value: unknown): value is Draft => Array.isArray((value as Partial<Draft> | null)?.people);

export const forgetDraft = (): void => remove(KEY, 'tab');

export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(() => readJson(KEY, isDraft, 'tab') ?? NOTHING);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    write(KEY, JSON.stringify(next), 'tab');
  };
  return [draft, change];
}
