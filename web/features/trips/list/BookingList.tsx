import { useNow } from '../useNow';
import { useSharedText } from '@wayfare/shared/i18n';
import { links } from '@wayfare/shared/pages';
import { ButtonLink, Card, Empty, Skeleton } from '@wayfare/shared/ui';
import { useId } from 'react';
import type { Booking } from '../queries';
import { useText } from '../text';
import { inOrder } from '../travel';
import { BookingCard } from './BookingCard';
import styles from './List.module.css';

/** Upcoming and past. */
export function BookingList({ bookings }: { bookings: readonly Booking[] }) {
  const text = useText();
  const now = useNow();
  if (bookings.length === 0) {
    return (
      <Card>
        <Empty icon="ticket" title={text('trips.none')}>
          <p>{text('trips.none.text')}</p>
          <ButtonLink variant="primary" icon="search" {...links.home()}>
            {text('trips.search')}
          </ButtonLink>
        </Empty>
      </Card>
    );
  }
  const { upcoming, past } = inOrder(bookings, now);
  return (
    <>
      <Section title={text('trips.upcoming')} bookings={upcoming} none={text('trips.upcoming.none')} />
      {past.length > 0 && <Section title={text('trips.past')} bookings={past} />}
    </>
  );
}

function Section({ title, bookings, none }: { title: string; bookings: Booking[]; none?: string }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {bookings.length === 0 && <p className={styles.soft}>{none}</p>}
      <ul className={styles.cards}>
        {bookings.map((booking) => (
          <li key={booking.booking_id}>
            <BookingCard booking={booking} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function BookingsSkeleton() {
  const shared = useSharedText();
  return (
    <div className={styles.cards} role="status" aria-label={shared('ui.loading')}>
      {[1, 2, 3].map((number) => (
        <Skeleton key={number} className={styles.ghost} />
      ))}
    </div>
  );
}
