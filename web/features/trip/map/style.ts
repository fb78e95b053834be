import type { StyleSpecification } from 'maplibre-gl';
import type { Drawing } from './path';
import type { World } from './world';

/** The map's own colours: WebGL knows no custom properties. Beside tokens.css. */
const COLOURS = {
  light: { water: '#dfe9ec', land: '#f7f9f6', border: '#c3cfca', way: '#0a6b5b', dot: '#ffffff' },
  dark: { water: '#0b1214', land: '#1b2422', border: '#3a4844', way: '#5bd3ba', dot: '#10201c' },
} as const;

/** Water, land, borders, and on them the way: flights dashed, everything that touches the ground in one line. */
export function styleOf(world: World, { legs, stops }: Drawing, dark: boolean): StyleSpecification {
  const colours = COLOURS[dark ? 'dark' : 'light'];
  const lines = legs.map(({ mode, lines: coordinates }) => ({
    type: 'Feature' as const,
    properties: { mode },
    geometry: { type: 'MultiLineString' as const, coordinates },
  }));
  const dots = stops.map(({ at, end }) => ({
    type: 'Feature' as const,
    properties: { end },
    geometry: { type: 'Point' as const, coordinates: at },
  }));
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: world.land },
      borders: { type: 'geojson', data: world.borders },
      way: { type: 'geojson', data: { type: 'FeatureCollection', features: lines } },
      stops: { type: 'geojson', data: { type: 'FeatureCollection', features: dots } },
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.land } },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: { 'line-color': colours.border, 'line-width': 1 },
      },
      {
        id: 'way',
        type: 'line',
        source: 'way',
        filter: ['!=', ['get', 'mode'], 'air'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': colours.way, 'line-width': 4 },
      },
      {
        id: 'flight',
        type: 'line',
        source: 'way',
        filter: ['==', ['get', 'mode'], 'air'],
        paint: { 'line-color': colours.way, 'line-width': 3, 'line-dasharray': [2, 1.5] },
      },
      {
        id: 'stops',
        type: 'circle',
        source: 'stops',
        paint: {
          'circle-radius': ['case', ['get', 'end'], 7, 3.5],
          'circle-color': colours.dot,
          'circle-stroke-color': colours.way,
          'circle-stroke-width': ['case', ['get', 'end'], 3, 2],
        },
      },
    ],
  };
}
