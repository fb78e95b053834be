import 'maplibre-gl/dist/maplibre-gl.css';
import { useDark } from '@wayfare/shared/ui';
import { LngLatBounds, Map as MapLibre, Marker, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useText } from '../text';
import { drawingOf, type Path, type Stop } from './path';
import styles from './RouteMap.module.css';
import { styleOf } from './style';
import { world } from './world';

setWorkerUrl(workerUrl);

/** Around the way, in pixels, for the names of its ends. */
const ROOM = { top: 64, bottom: 40, left: 96, right: 96 };

interface MapViewProps {
  paths: readonly Path[];
  label: string;
  /** Shown instead where there are no graphics. */
  fallback: ReactNode;
}

/** MapLibre with the countries of the world, which come with the app: no server of tiles is asked. */
export default function MapView({ paths, label, fallback }: MapViewProps) {
  const text = useText();
  const dark = useDark();
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const container = place.current;
    if (!container) return;
    let map: MapLibre | null = null;
    let gone = false;
    const drawing = drawingOf(paths);
    world()
      .then((countries) => {
        if (gone) return;
        map = new MapLibre({
          container,
          style: styleOf(countries, drawing, dark),
          bounds: new LngLatBounds(drawing.bounds),
          fitBoundsOptions: { padding: ROOM, maxZoom: 8 },
          maxZoom: 9,
          attributionControl: false,
          cooperativeGestures: true,
          dragRotate: false,
          locale: {
            'CooperativeGesturesHandler.WindowsHelpText': text('trip.map.scroll'),
            'CooperativeGesturesHandler.MacHelpText': text('trip.map.scroll.mac'),
            'CooperativeGesturesHandler.MobileHelpText': text('trip.map.fingers'),
            'NavigationControl.ZoomIn': text('trip.map.in'),
            'NavigationControl.ZoomOut': text('trip.map.out'),
            'Map.Title': label,
          },
        });
        container.ariaBusy = 'true';
        map.once('idle', () => (container.ariaBusy = null));
        map.addControl(new NavigationControl({ showCompass: false }));
        for (const stop of named(drawing.stops)) labelled(stop).addTo(map);
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      map?.remove();
    };
  }, [paths, dark, label, text]);

  return failed ? fallback : <div ref={place} className={styles.canvas} />;
}

/** Each boarding, change and end once. */
const named = (stops: readonly Stop[]): Stop[] => [
  ...new Map(stops.filter(({ end }) => end).map((stop) => [stop.name, stop])).values(),
];

function labelled({ name, at }: Stop): Marker {
  const element = document.createElement('div');
  element.className = styles.label ?? '';
  element.textContent = name;
  return new Marker({ element, anchor: 'bottom', offset: [0, -10] }).setLngLat(at);
}
