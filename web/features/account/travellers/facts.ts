import { failing, isName, type Wrong } from '../fields';
import type { Traveller, TravellerBody } from '../queries';

type Preferences = Traveller['preferences'];
export const DOCUMENTS = ['none', 'passport', 'id_card'] as const;
export const SEATS = ['any', 'window', 'aisle'] as const;

/** What the form is filled with: plain texts, empty where nothing is known. */
export interface Facts {
  given_name: string;
  family_name: string;
  category: Traveller['category'];
  birth_date: string;
  document: (typeof DOCUMENTS)[number];
  number: string;
  country: string;
  expires_on: string;
  seat: (typeof SEATS)[number];
  accessible: boolean;
}

export function factsOf(traveller: Traveller | null): Facts {
  const { document } = traveller ?? { document: null };
  return {
    given_name: traveller?.given_name ?? '',
    family_name: traveller?.family_name ?? '',
    category: traveller?.category ?? 'adult',
    birth_date: traveller?.birth_date ?? '',
    document: document?.kind ?? 'none',
    number: document?.number ?? '',
    country: document?.country ?? '',
    expires_on: document?.expires_on ?? '',
    seat: SEATS.find((seat) => traveller?.preferences.features.includes(seat)) ?? 'any',
    accessible: traveller?.preferences.accessible ?? false,
  };
}

const isSeat = (feature: string) => SEATS.some((seat) => seat === feature);

const UNSAID: Preferences = {
  features: [],
  together: true,
  coach: null,
  accessible: false,
  seat_change: false,
};

/** The wishes that this form does not ask for stay as they are. */
function preferencesOf({ seat, accessible }: Facts, known: Preferences = UNSAID) {
  const others = known.features.filter((feature) => !isSeat(feature));
  return { ...known, accessible, features: seat === 'any' ? others : [...others, seat] };
}

export function bodyOf(facts: Facts, known: Traveller | null): TravellerBody {
  const { given_name, family_name, category, document: kind } = facts;
  const document =
    kind === 'none'
      ? null
      : {
          kind,
          number: facts.number.trim(),
          country: facts.country.trim().toUpperCase(),
          expires_on: facts.expires_on || null,
        };
  return {
    given_name: given_name.trim(),
    family_name: family_name.trim(),
    category,
    birth_date: facts.birth_date || null,
    document,
    preferences: preferencesOf(facts, known?.preferences),
  };
}

export function check(facts: Facts, today: string): Wrong {
  const document = facts.document !== 'none';
  return failing({
    given_name: isName(facts.given_name),
    family_name: isName(facts.family_name),
    birth_date: facts.birth_date <= today,
    'document.number': !document || /^[A-Za-z0-9 -]{3,30}$/.test(facts.number.trim()),
    'document.country': !document || /^[A-Za-z]{2}$/.test(facts.country.trim()),
  });
}
