import { useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import { ButtonLink, Card, Icon, Notice, Screen } from '@wayfare/shared/ui';
import type { Seen } from '../queries';
import { StatusBadge } from '../StatusBadge';
import { useText } from '../text';
import { departsAt, destinationOf, isUpcoming, optionsOf, originOf, ticketsOf } from '../travel';
import { useNow } from '../useNow';
import styles from './Booking.module.css';
import { Conditions } from './Conditions';
import { News } from './News';
import { Passengers } from './Passengers';
import { Payment } from './Payment';
import { Tickets } from './Tickets';
import { Way } from './Way';

export function BookingView({ booking, old }: Seen) {
  const text = useText();
  const format = useFormat();
  const now = useNow();
  const options = optionsOf(booking, now);
  const tickets = ticketsOf(booking);
  return (
    <Screen
      title={text('trips.way', { from: originOf(booking), to: destinationOf(booking) })}
      lead={
        <span className={styles.facts}>
          <span>{format.day(departsAt(booking), 'full')}</span>
          <StatusBadge booking={booking} />
        </span>
      }
    >
      <Link {...links.trips()} className={styles.back}>
        <Icon name="back" size={18} />
        {text('trips.title')}
      </Link>
      {old && <Notice tone="warning" icon="offline" title={text('trips.old')} />}
      <News booking={booking} />
      <div className={styles.columns}>
        <div className={styles.column}>
          {tickets.length > 0 && (
            <Tickets booking={booking} tickets={tickets} keep={isUpcoming(booking, now)} />
          )}
          <Card className={styles.panel}>
            <h2>{text('trips.itinerary')}</h2>
            <Way booking={booking} />
          </Card>
        </div>
        <div className={styles.column}>
          <Card className={styles.panel}>
            <p className={styles.reference}>
              <span className={styles.soft}>{text('trips.locator')}</span>
              <bdi className={styles.locator}>{booking.locator}</bdi>
            </p>
          </Card>
          <Passengers booking={booking} mayRename={options.rename && !old} />
          <Payment booking={booking} />
          {booking.status === 'confirmed' && (
            <Card className={styles.panel}>
              <h2>{text('trips.manage')}</h2>
              <Conditions booking={booking} />
              {(options.exchange || options.cancel) && !old && (
                <div className={styles.actions}>
                  {options.exchange && (
                    <ButtonLink icon="change" {...links.exchange(booking.locator)}>
                      {text('trips.exchange')}
                    </ButtonLink>
                  )}
                  {options.cancel && (
                    <ButtonLink variant="danger" icon="refund" {...links.cancel(booking.locator)}>
                      {text('trips.cancel')}
                    </ButtonLink>
                  )}
                </div>
              )}
            </Card>
          )}
        </div>
      </div>
    </Screen>
  );
}
