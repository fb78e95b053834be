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

export interface Stop {
  name: string;
  at: Position;
  /** Boarding, leaving or changing; else passed on the way. */
  end: boolean;
}

export interface Drawing {
  legs: readonly { mode: string; lines: Position[][] }[];
  stops: readonly Stop[];
  /** West, south, east, north. */
  bounds: [number, number, number, number];
}

/** The way of all legs, going on beyond 180 degrees instead of jumping around the world. */
export function drawingOf(paths: readonly Path[]): Drawing {
  const [along, between] = [turning(), turning()];
  const legs = paths.map((path) => ({
    mode: path.properties.mode,
    lines: linesOf(path).map((line) => line.map(along)),
  }));
  const stops = paths.flatMap(({ properties: { calls } }) =>
    calls.flatMap(({ name, position }, number) =>
      position ? [{ name, at: between(position), end: number === 0 || number === calls.length - 1 }] : [],
    ),
  );
  return { legs, stops, bounds: boundsOf(legs.flatMap(({ lines }) => lines.flat())) };
}

function linesOf({ geometry }: Path): Position[][] {
  if (!geometry) return [];
  return geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
}

/** Puts each position on the turn of the globe on which it is nearest to the one before. */
function turning(): (position: Position) => Position {
  let before: number | null = null;
  return ([lon, lat]) => {
    before = before === null ? lon : lon + 360 * Math.round((before - lon) / 360);
    return [before, lat];
  };
}

function boundsOf(positions: readonly Position[]): Drawing['bounds'] {
  const lons = positions.map(([lon]) => lon);
  const lats = positions.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
