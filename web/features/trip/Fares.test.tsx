import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { show } from '../../tests/render';
import { offerOf, tripOf } from '../../tests/trips';
import { Fares } from './Fares';
import feature from './pages';

const saver = offerOf();
const flex = offerOf({ fare_family: 'flex', fare_family_name: 'Flex', seats_left: 2 });
const first = offerOf({ cabin: 'first', cabin_name: 'First', fare_family: 'flex', fare_family_name: 'Flex' });
const gone = offerOf({ cabin: 'first', cabin_name: 'First', offer_id: null, seats_left: 0 });
const trip = tripOf({ offers: [saver, flex, gone, first] });

describe('fares', () => {
  it('shows the families of the chosen cabin side by side', async () => {
    await show(<Fares trip={trip} chosen={flex} onChoose={vi.fn()} />, feature.catalogue);
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /^Flex/ }).checked).toBe(true);
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /^Saver/ }).checked).toBe(false);
    expect(screen.getByText('2 seats left')).toBeDefined();
  });

  it('keeps the family when another cabin is chosen', async () => {
    const onChoose = vi.fn();
    await show(<Fares trip={trip} chosen={flex} onChoose={onChoose} />, feature.catalogue);
    await userEvent.click(screen.getByRole('radio', { name: 'First class' }));
    expect(onChoose).toHaveBeenCalledExactlyOnceWith(first);
  });

  it('does not let choose what is sold out', async () => {
    await show(<Fares trip={trip} chosen={first} onChoose={vi.fn()} />, feature.catalogue);
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /^Saver/ }).disabled).toBe(true);
    expect(screen.getByText('Sold out')).toBeDefined();
  });
});
