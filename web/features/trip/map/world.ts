import atlas from 'world-atlas/countries-50m.json?url';
import type { FeatureCollection } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

export interface World {
  land: FeatureCollection | GeoJSON.Feature;
  borders: GeoJSON.MultiLineString;
}

let kept: Promise<World> | null = null;

/** Land and borders of the world (Natural Earth, 1:50 million), fetched once. */
export function world(): Promise<World> {
  kept ??= load().catch((error: unknown) => {
    kept = null;
    throw error;
  });
  return kept;
}

async function load(): Promise<World> {
  const answer = await fetch(atlas);
  if (!answer.ok) throw new Error(`${atlas}: ${answer.status}`);
  const topology = (await answer.json()) as Topology<{
    land: GeometryCollection;
    countries: GeometryCollection;
  }>;
  const { land, countries } = topology.objects;
  return { land: feature(topology, land), borders: mesh(topology, countries, (one, other) => one !== other) };
}
