import { useSharedText } from '@wayfare/shared/i18n';
import { CATEGORIES } from '@wayfare/shared/trips';
import { Badge, Card, IconButton } from '@wayfare/shared/ui';
import { lazy, Suspense, useState } from 'react';
import type { Booking, Passenger } from '../queries';
import { useText } from '../text';
import { isTravelling, nameOf } from '../travel';
import styles from './Booking.module.css';
import { useSeat } from './useSeat';

const RenameDialog = lazy(() => import('./RenameDialog'));

/** Who travels, and where they sit. */
export function Passengers({ booking, mayRename }: { booking: Booking; mayRename: boolean }) {
  const text = useText();
  const [renamed, setRenamed] = useState<Passenger | null>(null);
  return (
    <Card className={styles.panel}>
      <h2>{text('trips.passengers')}</h2>
      <ul className={styles.people}>
        {booking.passengers.map((passenger) => (
          <PassengerRow
            key={passenger.passenger}
            booking={booking}
            passenger={passenger}
            onRename={mayRename ? () => setRenamed(passenger) : undefined}
          />
        ))}
      </ul>
      {renamed && (
        <Suspense>
          <RenameDialog booking={booking} passenger={renamed} onClose={() => setRenamed(null)} />
        </Suspense>
      )}
    </Card>
  );
}

interface PassengerRowProps {
  booking: Booking;
  passenger: Passenger;
  onRename?: () => void;
}

function PassengerRow({ booking, passenger, onRename }: PassengerRowProps) {
  const text = useText();
  const shared = useSharedText();
  const seat = useSeat();
  const { passenger: number, category } = passenger;
  const items = booking.items.filter((item) => item.passenger === number);
  const given = booking.status === 'confirmed' && !isTravelling(booking, number);
  const known = CATEGORIES.find((name) => name === category) ?? 'adult';
  return (
    <li className={styles.person}>
      <div>
        <p>
          <strong>{nameOf(passenger)}</strong>{' '}
          <span className={styles.soft}>{shared(`category.one.${known}`)}</span>
        </p>
        {given ? (
          <Badge tone="danger">{text('trips.given')}</Badge>
        ) : (
          items.map((item) => {
            const where = seat(item.coach, item.label);
            const leg = booking.legs.length > 1 ? booking.legs[item.leg - 1] : undefined;
            return (
              where && (
                <p key={item.leg} className={styles.soft}>
                  {leg ? text('trips.seat.leg', { seat: where, place: leg.to.name }) : where}
                </p>
              )
            );
          })
        )}
      </div>
      {onRename && !given && (
        <IconButton
          icon="pen"
          label={text('trips.rename.of', { name: nameOf(passenger) })}
          onClick={onRename}
        />
      )}
    </li>
  );
}
