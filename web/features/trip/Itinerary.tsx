import { offsetOf, useFormat } from '@wayfare/shared/format';
import { legName, type Leg, type Place, type Trip } from '@wayfare/shared/trips';
import { Clock, Icon, Timeline, TimelinePoint } from '@wayfare/shared/ui';
import { Fragment } from 'react';
import { Calls } from './Calls';
import { changesOf, type Change } from './changes';
import styles from './Itinerary.module.css';
import { useText } from './text';

/** The legs from top to bottom, with what lies between them. */
export function Itinerary({ trip, from, to }: { trip: Trip; from: Place; to: Place }) {
  const text = useText();
  const changes = changesOf(trip);
  const zones = useZones(trip);
  return (
    <>
      <Timeline label={text('trip.itinerary')}>
        {trip.walk_before_s > 0 && (
          <>
            <TimelinePoint kind="end" line="walk" aside={<Clock at={trip.departs_at} />}>
              <strong>{from.name}</strong>
            </TimelinePoint>
            <WalkPoint seconds={trip.walk_before_s} />
          </>
        )}
        {trip.legs.map((leg, number) => {
          const change = changes[number];
          return (
            <Fragment key={leg.departure_id}>
              <LegPoints leg={leg} trip={trip} last={!change && trip.walk_after_s === 0} />
              {change && <ChangePoint change={change} />}
            </Fragment>
          );
        })}
        {trip.walk_after_s > 0 && (
          <>
            <WalkPoint seconds={trip.walk_after_s} />
            <TimelinePoint
              kind="end"
              line="none"
              aside={<Clock at={trip.arrives_at} since={trip.departs_at} />}
            >
              <strong>{to.name}</strong>
            </TimelinePoint>
          </>
        )}
      </Timeline>
      {zones && (
        <p className={styles.zones}>
          <Icon name="globe" size={18} />
          {text('trip.zones', zones)}
        </p>
      )}
    </>
  );
}

interface LegPointsProps {
  leg: Leg;
  trip: Trip;
  last: boolean;
}

function LegPoints({ leg, trip, last }: LegPointsProps) {
  const text = useText();
  return (
    <>
      <TimelinePoint kind="end" aside={<Clock at={leg.from.departs_at} since={trip.departs_at} />}>
        <PlaceName leg={leg} place={leg.from} />
      </TimelinePoint>
      <TimelinePoint kind="plain">
        <div className={styles.service}>
          <p className={styles.line}>
            <Icon name={leg.mode} />
            <span className={styles.badge}>{legName(leg)}</span>
            {leg.headsign && (
              <span className={styles.headsign}>{text('trip.towards', { place: leg.headsign })}</span>
            )}
          </p>
          <p className={styles.operator}>{leg.operator.name}</p>
          <Calls leg={leg} since={trip.departs_at} />
        </div>
      </TimelinePoint>
      <TimelinePoint
        kind="end"
        line={last ? 'none' : 'walk'}
        aside={<Clock at={leg.to.arrives_at} since={trip.departs_at} />}
      >
        <PlaceName leg={leg} place={leg.to} />
      </TimelinePoint>
    </>
  );
}

function PlaceName({ leg, place }: { leg: Leg; place: Leg['from'] | Leg['to'] }) {
  const text = useText();
  const key = leg.mode === 'air' ? 'trip.gate' : leg.mode === 'coach' ? 'trip.bay' : 'trip.platform';
  return (
    <p className={styles.place}>
      <strong>{place.name}</strong>
      {place.platform && <span className={styles.platform}>{text(key, { name: place.platform })}</span>}
    </p>
  );
}

function WalkPoint({ seconds }: { seconds: number }) {
  const text = useText();
  const format = useFormat();
  return (
    <TimelinePoint kind="plain" line="walk">
      <p className={styles.change}>
        <Icon name="walk" size={18} />
        {text('trip.walk', { time: format.duration(seconds) })}
      </p>
    </TimelinePoint>
  );
}

function ChangePoint({ change }: { change: Change }) {
  const text = useText();
  const format = useFormat();
  const time = format.duration(change.seconds);
  return (
    <TimelinePoint kind="plain" line="walk">
      <p className={change.tight ? styles.tight : styles.change}>
        <Icon name={change.walks ? 'walk' : 'change'} size={18} />
        {change.walks ? text('trip.change.walk', { time, place: change.to }) : text('trip.change', { time })}
        {change.tight && <span> · {text('trip.change.tight')}</span>}
      </p>
    </TimelinePoint>
  );
}

/** The clocks of both ends, where they differ. */
function useZones(trip: Trip): { from: string; to: string } | null {
  const format = useFormat();
  const [from, to] = [offsetOf(trip.departs_at), offsetOf(trip.arrives_at)];
  return from === to ? null : { from: format.offset(from), to: format.offset(to) };
}
