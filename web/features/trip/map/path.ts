import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '@wayfare/shared/api';
import type { Leg } from '@wayfare/shared/trips';

export type Path = components['schemas']['PathAnswer'];
type Position = [number, number];

/** The way of a leg: the shape where the feed has one. */
export const pathQuery = ({ departure_id: departure, from_call: from, to_call: to }: Leg) =>
  queryOptions({
    queryKey: ['path', departure, from, to],
    queryFn: async ({ signal }) => {
      const params = { path: { departure_id: departure }, query: { from: String(from), to: String(to) } };
      // The client forgets that a position has two numbers.
      return (await ask(api.GET('/v1/departures/{departure_id}/path', { params, signal }))) as Path;
    },
    staleTime: Infinity,
  });

/** Lines as lists of positions whose longitudes go on beyond 180 degrees instead of jumping back. */
export function linesOf(path: Path): Position[][] {
  const { geometry } = path;
  if (!geometry) return [];
  const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
  return unwrapped(lines);
}

function unwrapped(lines: Position[][]): Position[][] {
  let before: number | null = null;
  return lines.map((line) =>
    line.map(([lon, lat]) => {
      const turned: number = before === null ? lon : lon + 360 * Math.round((before - lon) / 360);
      before = turned;
      return [turned, lat];
    }),
  );
}

export interface Stop {
  name: string;
  at: Position;
  /** Boarding, leaving or changing; else passed on the way. */
  end: boolean;
}

/** The stops of all legs, on the same turn of the globe as their lines. */
export function stopsOf(paths: readonly Path[]): Stop[] {
  return paths.flatMap(({ properties: { calls } }) =>
    calls.flatMap(({ name, position }, number) => {
      if (!position) return [];
      return [{ name, at: position, end: number === 0 || number === calls.length - 1 }];
    }),
  );
}

/** The corners around all positions: west, south, east, north. */
export function boundsOf(positions: readonly Position[]): [number, number, number, number] {
  const lons = positions.map(([lon]) => lon);
  const lats = positions.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
