import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { show } from '../../../tests/render';
import feature from '../pages';
import { recentPlaces, rememberPlaces } from './places';
import { SearchForm } from './SearchForm';

const berlin = { id: 'eu:berlin', name: 'Berlin Hbf' };
const paris = { id: 'eu:paris', name: 'Paris Est' };
const search = { from: berlin.id, to: paris.id, date: '2999-12-01', party: { adult: 2 }, modes: [] };

beforeEach(() => localStorage.clear());

describe('the search form', () => {
  it('says what is missing, and stays', async () => {
    const address = await show(<SearchForm />, feature.catalogue);
    await userEvent.click(screen.getByRole('button', { name: 'Search' }));
    expect(screen.getAllByRole('alert').map((alert) => alert.textContent)).toEqual([
      'Choose where your trip begins.',
      'Choose where your trip ends.',
    ]);
    expect(address()).toBe('/');
  });

  it('leads to the results, and remembers the places', async () => {
    const address = await show(<SearchForm from={berlin} to={paris} search={search} />, feature.catalogue);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Train' }));
    await userEvent.click(screen.getByRole('button', { name: 'Swap from and to' }));
    await userEvent.click(screen.getByRole('button', { name: 'Search' }));
    await waitFor(() => expect(address()).toMatch(/^\/results/));
    expect(Object.fromEntries(new URL(address(), 'http://x').searchParams)).toEqual({
      from: paris.id,
      to: berlin.id,
      date: '2999-12-01',
      passengers: 'adult:2',
      mode: 'rail',
    });
    expect(recentPlaces()).toEqual([paris, berlin]);
  });

  it('refuses to go where one is already', async () => {
    await show(<SearchForm from={berlin} to={berlin} />, feature.catalogue);
    await userEvent.click(screen.getByRole('button', { name: 'Search' }));
    expect(screen.getByRole('alert').textContent).toBe('Choose another place than the one you leave from.');
  });

  it('begins today where a search is of the past', async () => {
    await show(<SearchForm search={{ ...search, date: '2001-01-01' }} />, feature.catalogue);
    expect(screen.getByRole('button', { name: /^Date/ }).textContent).not.toContain('1 Jan');
  });
});

describe('recent places', () => {
  it('are the last six, each once, the newest first', () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'b']) rememberPlaces({ id, name: id.toUpperCase() });
    expect(recentPlaces().map(({ id }) => id)).toEqual(['b', 'g', 'f', 'e', 'd', 'c']);
  });

  it('are none when what is stored is not theirs', () => {
    localStorage.setItem('wayfare.places', '[{"id": 7}]');
    expect(recentPlaces()).toEqual([]);
    localStorage.setItem('wayfare.places', '{');
    expect(recentPlaces()).toEqual([]);
  });
});
