import { useState } from 'react';
import { useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import { Icon, Notice, Screen } from '@wayfare/shared/ui';
import booked from '../booking/Booking.module.css';
import type { Booking } from '../queries';
import { useText } from '../text';
import { departsAt, destinationOf, optionsOf, originOf } from '../travel';
import { useNow } from '../useNow';
import { WithBooking } from '../WithBooking';
import { ChooseTrip } from './ChooseTrip';
import { Confirm } from './Confirm';
import type { Choice } from './offers';

/** Travel at another time: look for trips, choose one, see what it costs, change. */
export default function ExchangePage() {
  const text = useText();
  return (
    <WithBooking title={text('trips.exchange')}>
      {({ booking }) => <Exchange booking={booking} />}
    </WithBooking>
  );
}

function Exchange({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const now = useNow();
  const [choice, setChoice] = useState<Choice | null>(null);
  return (
    <Screen
      title={text('trips.exchange')}
      narrow
      lead={text('trips.exchange.from', {
        way: text('trips.way', { from: originOf(booking), to: destinationOf(booking) }),
        when: format.moment(departsAt(booking)),
      })}
    >
      <Link {...links.booking(booking.locator)} className={booked.back}>
        <Icon name="back" size={18} />
        {text('trips.booking')}
      </Link>
      {!optionsOf(booking, now).exchange ? (
        <Notice tone="warning" title={text('trips.exchange.refused')} />
      ) : choice ? (
        <Confirm booking={booking} choice={choice} onBack={() => setChoice(null)} />
      ) : (
        <ChooseTrip booking={booking} onChoose={setChoice} />
      )}
    </Screen>
  );
}
