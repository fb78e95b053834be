import { describe, expect, it } from 'vitest';
import { readQuery, writeQuery } from './query';

describe('the query of an address', () => {
  const query = { from: 'demo:köln & co', trip: '1.0.5~2.1.2', passengers: 'adult:2,child:1', at: 'a+b' };

  it('comes back as it was, and can be read', () => {
    expect(readQuery(writeQuery(query))).toEqual(query);
    expect(writeQuery({ trip: '1.0.5~2.1.2', passengers: 'adult:2,child:1' })).toBe(
      '?trip=1.0.5~2.1.2&passengers=adult:2,child:1',
    );
  });

  it('is nothing without anything in it', () => {
    expect([writeQuery({}), writeQuery({ hold: undefined }), readQuery('')]).toEqual(['', '', {}]);
  });
});
