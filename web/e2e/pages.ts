import { CHECKOUT, SEARCH, SEATS } from './buying.ts';
import type { Entry } from './entry.ts';
import { ACCOUNT, SHELL, TRIPS } from './owning.ts';

/** Every page of the app. `tests/pages.test.ts` finds what is missing. */
export const ENTRIES: readonly Entry[] = [...SEARCH, ...SEATS, ...CHECKOUT, ...TRIPS, ...ACCOUNT, ...SHELL];
