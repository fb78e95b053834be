import { offsetOf, useFormat } from '@wayfare/shared/format';
import { legName, useNames } from '@wayfare/shared/trips';
import { Clock, Icon, Timeline, TimelinePoint } from '@wayfare/shared/ui';
import { Fragment } from 'react';
import type { Booking, BookingLeg } from '../queries';
import { useText } from '../text';
import { arrivesAt, changesOf, departsAt, modeOf } from '../travel';
import styles from './Booking.module.css';

/** The legs from top to bottom, each time by the clock of its place. */
export function Way({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const changes = changesOf(booking);
  const since = departsAt(booking);
  const [from, to] = [offsetOf(since), offsetOf(arrivesAt(booking))];
  return (
    <>
      <Timeline label={text('trips.itinerary')}>
        {booking.legs.map((leg, number) => {
          const change = changes[number];
          return (
            <Fragment key={leg.departure_id}>
              <LegPoints leg={leg} since={since} last={change === undefined} />
              {change !== undefined && (
                <TimelinePoint kind="plain" line="walk">
                  <p className={styles.change}>
                    <Icon name="change" size={18} />
                    {text('trips.change', { time: format.duration(change) })}
                  </p>
                </TimelinePoint>
              )}
            </Fragment>
          );
        })}
      </Timeline>
      {from !== to && (
        <p className={styles.zones}>
          <Icon name="globe" size={18} />
          {text('trips.zones', { from: format.offset(from), to: format.offset(to) })}
        </p>
      )}
    </>
  );
}

interface LegPointsProps {
  leg: BookingLeg;
  since: string;
  last: boolean;
}

function LegPoints({ leg, since, last }: LegPointsProps) {
  const text = useText();
  const names = useNames();
  const mode = modeOf(leg);
  const line = { id: leg.line, name: leg.line };
  return (
    <>
      <TimelinePoint kind="end" aside={<Clock at={leg.from.departs_at} since={since} />}>
        <Place leg={leg} place={leg.from} />
      </TimelinePoint>
      <TimelinePoint kind="plain">
        <div className={styles.service}>
          <p className={styles.line}>
            <Icon name={mode} />
            <strong>{legName({ mode, line, service_number: leg.service_number })}</strong>
            {leg.headsign && (
              <span className={styles.soft}>{text('trips.towards', { place: leg.headsign })}</span>
            )}
          </p>
          <p className={styles.soft}>
            {leg.operator} · {names.cabin(leg.cabin, leg.cabin_name)}
          </p>
        </div>
      </TimelinePoint>
      <TimelinePoint
        kind="end"
        line={last ? 'none' : 'walk'}
        aside={<Clock at={leg.to.arrives_at} since={since} />}
      >
        <Place leg={leg} place={leg.to} />
      </TimelinePoint>
    </>
  );
}

function Place({ leg, place }: { leg: BookingLeg; place: BookingLeg['from'] | BookingLeg['to'] }) {
  const text = useText();
  const key = leg.mode === 'air' ? 'trips.gate' : leg.mode === 'coach' ? 'trips.bay' : 'trips.platform';
  return (
    <p className={styles.place}>
      <strong>{place.name}</strong>
      {place.platform && <span className={styles.soft}>{text(key, { name: place.platform })}</span>}
    </p>
  );
}
