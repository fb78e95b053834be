import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { show } from '../../../tests/render';
import { legOf, offerOf, priced, tripOf } from '../../../tests/trips';
import feature from '../pages';
import { TripCard } from './TripCard';

const search = { from: 'b', to: 'm', date: '2026-12-01', party: { adult: 1 }, modes: [] };

describe('the card of a trip', () => {
  it('leads to the trip, found again by its departure', async () => {
    await show(<TripCard trip={tripOf()} search={search} />, feature.catalogue);
    const address = new URL(screen.getByRole('link').getAttribute('href') ?? '', 'http://x');
    expect(address.pathname).toBe('/trip');
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      trip: '20261201-7.0.5',
      time: '08:00',
      from: 'b',
    });
    expect(screen.getByRole('link').textContent).toContain('Choose the trip from');
  });

  it('tells the cheapest price, the last seats and another day of arrival', async () => {
    const trip = tripOf({
      arrives_at: '2026-12-02T06:00:00+01:00',
      legs: [legOf(), legOf({ departure_id: 'x', mode: 'coach' })],
      transfers: 1,
      offers: [...priced('80.00'), offerOf({ price: { amount: '59.90', currency: 'EUR' }, seats_left: 3 })],
    });
    await show(<TripCard trip={trip} search={search} mark="cheapest" />, feature.catalogue);
    const text = screen.getByRole('heading').closest('div')?.parentElement?.textContent ?? '';
    for (const part of ['€59.90', '3 seats left', '1 day later', '1 change', 'Cheapest'])
      expect(text).toContain(part);
  });

  it('says why nothing is sold', async () => {
    const trip = tripOf({ offers: [], reason: { code: 'closed', text: 'Sales for this trip have closed.' } });
    await show(<TripCard trip={trip} search={search} />, feature.catalogue);
    expect(screen.getByText('Sales have closed')).toBeDefined();
  });
});
