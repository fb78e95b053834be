import { useQuery } from '@tanstack/react-query';
import { useFormat } from '@wayfare/shared/format';
import { legName, offerOf, tripQuery, useNames, type Hold, type TripChoice } from '@wayfare/shared/trips';
import { Card, Clock, Icon, Price, Skeleton } from '@wayfare/shared/ui';
import styles from './Checkout.module.css';
import { useText } from './text';

/** What is bought: the legs, the fare and the price of the hold, which stays whatever happens to offers. */
export function Summary({ choice, hold }: { choice: TripChoice; hold: Hold }) {
  const text = useText();
  const format = useFormat();
  const names = useNames();
  const { data, error } = useQuery(tripQuery(choice));
  const offer = data && offerOf(data.trip, choice);
  return (
    <Card className={styles.summary}>
      <h2>{text('checkout.summary')}</h2>
      {data ? (
        <>
          <p className={styles.soft}>{format.day(data.trip.departs_at, 'full')}</p>
          <ol className={styles.legs}>
            {data.trip.legs.map((leg) => (
              <li key={leg.departure_id}>
                <Icon name={leg.mode} />
                <div>
                  <p className={styles.line}>{legName(leg)}</p>
                  <p>
                    <Clock at={leg.from.departs_at} since={data.trip.departs_at} /> {leg.from.name}
                  </p>
                  <p>
                    <Clock at={leg.to.arrives_at} since={data.trip.departs_at} /> {leg.to.name}
                  </p>
                </div>
              </li>
            ))}
          </ol>
          {offer && (
            <p className={styles.soft}>
              {names.cabin(offer.cabin, offer.cabin_name)} ·{' '}
              {names.family(offer.fare_family, offer.fare_family_name)}
            </p>
          )}
        </>
      ) : (
        !error && <Skeleton className={styles.ghostLegs} />
      )}
      <p className={styles.total}>
        <span>{text('checkout.total')}</span>
        <Price value={hold.price} size="large" />
      </p>
    </Card>
  );
}
