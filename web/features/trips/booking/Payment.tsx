import { useQuery } from '@tanstack/react-query';
import { useFormat, type Money } from '@wayfare/shared/format';
import { useNames } from '@wayfare/shared/trips';
import { Card } from '@wayfare/shared/ui';
import { saveInvoice } from '../files';
import { invoicesQuery, type Booking } from '../queries';
import { useText } from '../text';
import { isZero } from '../travel';
import styles from './Booking.module.css';
import { SaveButton } from './SaveButton';

/** What it cost, what came back, and the invoices for it. */
export function Payment({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const names = useNames();
  const lines: readonly (readonly [string, Money])[] = [
    [text('trips.price'), booking.price],
    ...(isZero(booking.fees) ? [] : [[text('trips.fees'), booking.fees] as const]),
    [text('trips.paid'), booking.paid],
    ...(isZero(booking.refunded) ? [] : [[text('trips.refunded'), booking.refunded] as const]),
  ];
  return (
    <Card className={styles.panel}>
      <h2>{text('trips.payment')}</h2>
      <dl className={styles.sums}>
        <div>
          <dt>{text('trips.fare')}</dt>
          <dd>{names.family(booking.fare_family, booking.fare_family)}</dd>
        </div>
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{format.money(value)}</dd>
          </div>
        ))}
      </dl>
      {booking.conversion && (
        <p className={styles.soft}>
          {text('trips.conversion', { day: format.day(booking.conversion.date, 'short') })}
        </p>
      )}
      <Invoices booking={booking} />
    </Card>
  );
}

function Invoices({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const { data } = useQuery({
    ...invoicesQuery(booking.locator),
    enabled: booking.status === 'confirmed' || booking.status === 'cancelled',
  });
  if (!data?.length) return null;
  return (
    <ul className={styles.files} aria-label={text('trips.invoices')}>
      {data.map(({ number, kind, gross, seller }) => (
        <li key={number}>
          <span>
            {text(`trips.${kind}`)} <bdi>{number}</bdi>
            <span className={styles.soft}>
              {seller} · {format.money(gross)}
            </span>
          </span>
          <SaveButton
            label={text('trips.save.of', { name: number })}
            save={() => saveInvoice(booking.locator, number)}
          />
        </li>
      ))}
    </ul>
  );
}
