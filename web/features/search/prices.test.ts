import { describe, expect, it } from 'vitest';
import { cheapestDays, type PricedDay } from './prices';

const days = (prices: Record<string, string | null>): Record<string, PricedDay> =>
  Object.fromEntries(
    Object.entries(prices).map(([date, amount]) => [
      date,
      { date, status: amount ? 'offers' : 'none', price: amount ? { amount, currency: 'EUR' } : null },
    ]),
  );

describe('the cheapest days', () => {
  it('are those with the lowest price', () => {
    expect([...cheapestDays(days({ a: '9.50', b: '10.00', c: '9.50', d: null }))]).toEqual(['a', 'c']);
  });

  it('are none when all cost the same, or none is priced', () => {
    expect(cheapestDays(days({ a: '9.50', b: '9.50', c: null })).size).toBe(0);
    expect(cheapestDays({}).size).toBe(0);
  });
});
