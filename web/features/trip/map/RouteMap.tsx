import { useQueries } from '@tanstack/react-query';
import type { Trip } from '@wayfare/shared/trips';
import { Icon, Skeleton } from '@wayfare/shared/ui';
import { Component, lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { useText } from '../text';
import { pathQuery } from './path';
import styles from './RouteMap.module.css';

const MapView = lazy(() => import('./MapView'));

/** The way on a map; the map is fetched when its place comes into sight. */
export function RouteMap({ trip }: { trip: Trip }) {
  const text = useText();
  const place = useRef<HTMLElement>(null);
  const seen = useSeen(place);
  const paths = useQueries({ queries: trip.legs.map((leg) => ({ ...pathQuery(leg), enabled: seen })) });
  const ready = seen && paths.every(({ isPending }) => !isPending);
  const drawn = paths.flatMap(({ data }) => (data?.geometry ? [data] : []));
  const failed = ready && drawn.length === 0;
  const label = text('trip.map', {
    from: trip.legs[0]?.from.name ?? '',
    to: trip.legs.at(-1)?.to.name ?? '',
  });
  const fallback = <Failed />;
  return (
    <figure ref={place} className={styles.map} aria-label={label}>
      {failed ? (
        fallback
      ) : (
        <Guard fallback={fallback}>
          <Suspense fallback={<Waiting />}>
            {ready ? <MapView paths={drawn} label={label} fallback={fallback} /> : <Waiting />}
          </Suspense>
        </Guard>
      )}
      {drawn.some(({ properties }) => properties.source === 'straight') && (
        <figcaption className={styles.caption}>{text('trip.map.straight')}</figcaption>
      )}
    </figure>
  );
}

function Waiting() {
  const text = useText();
  return (
    <div role="status" aria-label={text('trip.map.loading')} className={styles.fill}>
      <Skeleton className={styles.fill} />
    </div>
  );
}

function Failed() {
  const text = useText();
  return (
    <div className={styles.failed}>
      <Icon name="map" size={32} />
      <p>{text('trip.map.failed')}</p>
    </div>
  );
}

/** The map's code may not arrive, or find no graphics: the page goes on without. */
class Guard extends Component<{ fallback: ReactNode; children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}

function useSeen(place: React.RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return seen;
}
