import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { readJson, write } from '@wayfare/shared/storage';
import type { PlaceMatch } from '@wayfare/shared/trips';

/** A place as a field shows it. */
export interface ChosenPlace {
  id: string;
  name: string;
}

export interface Position {
  lat: number;
  lon: number;
}

const KEY = 'wayfare.places';
const KEPT = 6;
const SUGGESTED = 8;

const isPlaces = (value: unknown): value is ChosenPlace[] =>
  Array.isArray(value) &&
  value.every(
    (item: Partial<ChosenPlace> | null) => typeof item?.id === 'string' && typeof item.name === 'string',
  );

/** The places chosen last on this device, the newest first. */
export const recentPlaces = (): ChosenPlace[] => readJson(KEY, isPlaces) ?? [];

/** A place that was chosen here before, by its id. */
export const findRecent = (id: string | undefined): ChosenPlace | null =>
  recentPlaces().find((place) => place.id === id) ?? null;

export function rememberPlaces(...places: ChosenPlace[]): void {
  const known = recentPlaces().filter((old) => !places.some(({ id }) => id === old.id));
  const kept = [...places, ...known].slice(0, KEPT).map(({ id, name }) => ({ id, name }));
  write(KEY, JSON.stringify(kept));
}

export const suggestionsQuery = (q: string) =>
  queryOptions({
    queryKey: ['places', q],
    queryFn: ({ signal }) => matches({ q, limit: SUGGESTED }, signal),
    enabled: q !== '',
    staleTime: 10 * 60_000,
  });

export const nearbyQuery = (at: Position | null) =>
  queryOptions({
    queryKey: ['places', at],
    queryFn: ({ signal }) =>
      matches({ near: `${round(at?.lat)},${round(at?.lon)}`, limit: SUGGESTED }, signal),
    enabled: at !== null,
    staleTime: 10 * 60_000,
  });

/** To a hundred metres: enough for stations, and all that needs to leave the device. */
const round = (degrees = 0) => degrees.toFixed(3);

async function matches(
  query: { q?: string; near?: string; limit: number },
  signal: AbortSignal,
): Promise<PlaceMatch[]> {
  return (await ask(api.GET('/v1/places', { params: { query }, signal }))).items;
}
