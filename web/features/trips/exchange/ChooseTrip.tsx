import { useQuery } from '@tanstack/react-query';
import { today, useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { legName, useNames } from '@wayfare/shared/trips';
import { Button, Card, Clock, Empty, Icon, ProblemNotice, Skeleton, TextField } from '@wayfare/shared/ui';
import { useState, type SyntheticEvent } from 'react';
import styles from '../Change.module.css';
import type { Booking } from '../queries';
import { useText } from '../text';
import { modeOf } from '../travel';
import {
  dayOfTrip,
  exchangeQuery,
  otherTrips,
  settlementOf,
  type Choice,
  type ExchangeOffer,
  type ExchangeTrip,
} from './offers';

interface ChooseTripProps {
  booking: Booking;
  onChoose: (choice: Choice) => void;
}

export function ChooseTrip({ booking, onChoose }: ChooseTripProps) {
  const text = useText();
  const shared = useSharedText();
  const [date, setDate] = useState(() => dayOfTrip(booking));
  const [asked, setAsked] = useState(date);
  const { data, error, refetch, isFetching } = useQuery(exchangeQuery(booking, asked));
  const trips = data && otherTrips(data, booking);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (date) setAsked(date);
  };
  return (
    <>
      <form className={styles.search} onSubmit={submit}>
        <TextField
          type="date"
          label={text('trips.exchange.date')}
          value={date}
          min={today()}
          required
          onChange={(event) => setDate(event.target.value)}
        />
        <Button type="submit" variant="primary" icon="search" busy={isFetching}>
          {text('trips.exchange.look')}
        </Button>
      </form>
      {error && (
        <ProblemNotice
          error={error}
          retry={() => void refetch()}
          own={{ booking_not_exchangeable: text('trips.exchange.refused') }}
        />
      )}
      {!trips && !error && (
        <div className={styles.waiting} role="status" aria-label={shared('ui.loading')}>
          <Skeleton className={styles.ghost} />
          <Skeleton className={styles.ghost} />
        </div>
      )}
      {trips?.length === 0 && (
        <Card>
          <Empty icon="search" title={text('trips.exchange.none')} />
        </Card>
      )}
      {trips && trips.length > 0 && (
        <ul className={styles.trips} aria-label={text('trips.exchange.trips')}>
          {trips.map((trip) => (
            <li key={trip.legs.map((leg) => leg.departure_id).join()}>
              <TripChoice trip={trip} onChoose={(offer) => onChoose({ trip, offer })} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function TripChoice({ trip, onChoose }: { trip: ExchangeTrip; onChoose: (offer: ExchangeOffer) => void }) {
  const text = useText();
  const names = useNames();
  // Its code is not told; of common ones it is the name.
  const cabinOf = ({ cabin_name: name }: ExchangeOffer) => names.cabin(name.toLowerCase(), name);
  return (
    <Card className={styles.trip}>
      <TripFacts trip={trip} />
      <ul className={styles.offers}>
        {trip.offers.map((offer) => (
          <li key={offer.exchange_offer_id} className={styles.offer}>
            <span>
              <strong>{cabinOf(offer)}</strong>
              <span className={styles.soft}>{names.family(offer.fare_family, offer.fare_family_name)}</span>
            </span>
            <Button size="small" onClick={() => onChoose(offer)}>
              <Difference offer={offer} />
              <span className="visually-hidden">
                {' '}
                {text('trips.exchange.choose', { cabin: cabinOf(offer) })}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What the customer pays or gets back, in one word. */
function Difference({ offer }: { offer: ExchangeOffer }) {
  const text = useText();
  const format = useFormat();
  const kind = settlementOf(offer);
  const amount = format.money(kind === 'refund' ? offer.to_refund : offer.to_pay);
  return <>{text(`trips.exchange.${kind}`, { amount })}</>;
}

export function TripFacts({ trip }: { trip: ExchangeTrip }) {
  const format = useFormat();
  const [first, last] = [trip.legs[0], trip.legs.at(-1)];
  if (!first || !last) return null;
  const since = first.from.departs_at;
  return (
    <div>
      <p className={styles.soft}>{format.day(since, 'full')}</p>
      <h2 className={styles.times}>
        <span>
          <Clock at={since} /> {first.from.name}
        </span>{' '}
        –{' '}
        <span>
          <Clock at={last.to.arrives_at} since={since} /> {last.to.name}
        </span>
      </h2>
      <p className={styles.legs}>
        {trip.legs.map((leg) => (
          <span key={leg.departure_id}>
            <Icon name={modeOf(leg)} size={18} />
            {legName({
              mode: modeOf(leg),
              line: { id: leg.line, name: leg.line },
              service_number: leg.service_number,
            })}
          </span>
        ))}
      </p>
    </div>
  );
}
