import { useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import { Card, Clock, Icon } from '@wayfare/shared/ui';
import type { Booking } from '../queries';
import { StatusBadge } from '../StatusBadge';
import { useText } from '../text';
import { arrivesAt, departsAt, destinationOf, modeOf, nameOf, originOf } from '../travel';
import styles from './List.module.css';

export function BookingCard({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const first = booking.legs[0];
  const title = text('trips.way', { from: originOf(booking), to: destinationOf(booking) });
  return (
    <Card className={styles.card}>
      <p className={styles.date}>
        {first && <Icon name={modeOf(first)} />}
        {format.day(departsAt(booking), 'full')}
      </p>
      <h3 className={styles.way}>
        <Link {...links.booking(booking.locator)} className={styles.open}>
          {title}
        </Link>
      </h3>
      <p className={styles.facts}>
        <span>
          <Clock at={departsAt(booking)} /> – <Clock at={arrivesAt(booking)} since={departsAt(booking)} />
        </span>
        <span>{format.list(booking.passengers.map(nameOf))}</span>
      </p>
      <p className={styles.foot}>
        <StatusBadge booking={booking} />
        <span className={styles.locator}>
          <span className="visually-hidden">{text('trips.locator')}: </span>
          <bdi>{booking.locator}</bdi>
        </span>
      </p>
    </Card>
  );
}
