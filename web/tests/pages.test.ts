import { describe, expect, it } from 'vitest';
import { router } from '../app/src/router';
import { ENTRIES } from '../e2e/pages';

describe('the list of pages that are looked at', () => {
  it('has every page of the router, and no other', () => {
    const listed = new Set(ENTRIES.flatMap(({ path }) => path ?? []));
    expect([...listed].sort()).toEqual(Object.keys(router.routesByPath).sort());
  });

  it('names each once', () => {
    const names = ENTRIES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });
});
