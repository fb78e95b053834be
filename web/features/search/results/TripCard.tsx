import { clockOf, useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { Link, links } from '@wayfare/shared/pages';
import { cheapest, legName, type Trip, type TripSearch } from '@wayfare/shared/trips';
import { Badge, Card, Clock, Duration, Icon, Price, Skeleton } from '@wayfare/shared/ui';
import { Fragment } from 'react';
import { useText } from '../text';
import styles from './TripCard.module.css';

/** Seats left are told when they are few. */
const FEW = 9;

interface TripCardProps {
  trip: Trip;
  search: TripSearch;
  /** What is special about it among the others. */
  mark?: 'cheapest' | 'fastest' | null;
}

export function TripCard({ trip, search, mark }: TripCardProps) {
  const text = useText();
  const shared = useSharedText();
  const format = useFormat();
  const best = cheapest(trip);
  const operators = format.list([...new Set(trip.legs.map(({ operator }) => operator.name))]);
  const target = links.trip({ search, trip: trip.id, time: clockOf(trip.departs_at) });
  return (
    <Card className={styles.card}>
      <div className={styles.way}>
        <h2 className={styles.times}>
          <Clock at={trip.departs_at} />
          <span className={styles.line} aria-hidden />
          <span className="visually-hidden"> – </span>
          <Clock at={trip.arrives_at} since={trip.departs_at} />
        </h2>
        <p className={styles.facts}>
          <Duration seconds={trip.duration_s} />
          <span aria-hidden>·</span>
          <span>{shared('transfers', { count: trip.transfers })}</span>
          {mark && <Badge tone="good">{text(`results.mark.${mark}`)}</Badge>}
        </p>
        <p className={styles.legs}>
          {trip.walk_before_s > 0 && <Walk />}
          {trip.legs.map((leg, number) => (
            <Fragment key={leg.departure_id}>
              {number > 0 && <Icon name="chevron" size={14} className={styles.then} />}
              <span className={styles.leg}>
                <Icon name={leg.mode} size={18} />
                <span className="visually-hidden">{shared(`mode.${leg.mode}`)} </span>
                {legName(leg)}
              </span>
            </Fragment>
          ))}
          {trip.walk_after_s > 0 && <Walk />}
          <span className={styles.operators}>{operators}</span>
        </p>
      </div>
      <div className={styles.buy}>
        {best ? (
          <>
            {trip.offers.length > 1 && <span className={styles.from}>{text('results.from')}</span>}
            <Price value={best.price} size="large" />
            {best.seats_left !== null && best.seats_left <= FEW && (
              <Badge tone="warning" icon="seat">
                {shared('seat.left', { count: best.seats_left })}
              </Badge>
            )}
          </>
        ) : (
          <span className={styles.unsold}>
            {trip.reason ? text(`results.reason.${trip.reason.code}`) : shared('problem.sold_out')}
          </span>
        )}
        <Link {...target} className={styles.choose}>
          <span className="visually-hidden">
            {text('results.choose', { from: format.time(trip.departs_at), to: format.time(trip.arrives_at) })}
          </span>
          <Icon name="chevron" />
        </Link>
      </div>
    </Card>
  );
}

function Walk() {
  const text = useText();
  return (
    <span className={styles.leg}>
      <Icon name="walk" size={18} />
      <span className="visually-hidden">{text('results.walk')}</span>
    </span>
  );
}

/** The room of a card that is under way. */
export function TripCardSkeleton() {
  return (
    <Card className={styles.card} aria-hidden>
      <div className={styles.way}>
        <Skeleton className={styles.ghostTimes} />
        <Skeleton className={styles.ghostFacts} />
        <Skeleton className={styles.ghostLegs} />
      </div>
      <div className={styles.buy}>
        <Skeleton className={styles.ghostPrice} />
      </div>
    </Card>
  );
}
