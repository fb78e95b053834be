import { useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import { passengersOf, type Hold, type Offer, type Trip, type TripChoice } from '@wayfare/shared/trips';
import { Button, ContinueBar, cx, Icon, Notice, Price, ProblemNotice, Screen } from '@wayfare/shared/ui';
import { LegSteps } from './LegSteps';
import { Legend } from './Legend';
import { Passengers } from './Passengers';
import { useSeatNames } from './names';
import { isNumbered, type Ride, type Seats, type Unit } from './seats';
import styles from './Seats.module.css';
import { countOf } from './selection';
import { useText } from './text';
import { useSeating } from './useSeating';
import { Vehicle } from './Vehicle';
import { Wishes } from './Wishes';

export interface SeatsViewProps {
  choice: TripChoice;
  trip: Trip;
  offer: Offer;
  rides: readonly Ride[];
  /** Of each ride. */
  seats: readonly Seats[];
  /** What this tab holds already. */
  held: Hold | null;
}

export function SeatsView(props: SeatsViewProps) {
  const { choice, trip, offer, rides, seats } = props;
  const text = useText();
  const seating = useSeating(props);
  const { at, chosen, active } = seating;
  const ride = rides[at];
  const plan = seats[at];
  if (!ride || !plan) return null;
  const numbered = isNumbered(plan, ride.cabin);
  return (
    <>
      <Screen title={text('seats.heading')}>
        <Link {...links.trip(choice)} className={styles.back}>
          <Icon name="back" size={18} />
          {text('seats.back')}
        </Link>
        {rides.length > 1 && <LegSteps rides={rides} all={seating.all} present={at} onGo={seating.goTo} />}
        <Lost units={seating.lost} seats={plan} />
        {seating.error !== null && <ProblemNotice error={seating.error} retry={seating.retry} />}
        {numbered ? (
          <div className={styles.columns}>
            <div className={styles.side}>
              <Passengers
                categories={passengersOf(choice.search.party)}
                chosen={chosen}
                seats={plan}
                active={active}
                onActivate={seating.activate}
              />
              <Wishes
                key={at}
                seats={plan}
                cabin={ride.cabin}
                several={chosen.length > 1}
                busy={seating.busy}
                onChoose={seating.chooseForMe}
              />
            </div>
            <Vehicle
              key={`${at} ${seating.holdId}`}
              ride={ride}
              seats={plan}
              chosen={chosen}
              held={seating.heldHere}
              onPress={seating.press}
            />
            <Legend seats={plan} cabin={ride.cabin} />
          </div>
        ) : (
          <Notice icon="seat">{text('seats.unnumbered')}</Notice>
        )}
      </Screen>
      <ContinueBar
        chosen={
          <>
            <Status seating={seating} numbered={numbered} />
            <Price value={offer.price} size="large" />
          </>
        }
      >
        <Button variant="primary" size="large" busy={seating.busy} onClick={() => void seating.goOn()}>
          {text(at < trip.legs.length - 1 ? 'seats.next' : 'seats.continue')}
        </Button>
      </ContinueBar>
    </>
  );
}

/** Seats that somebody else took while they were looked at. */
function Lost({ units, seats }: { units: readonly Unit[]; seats: Seats }) {
  const text = useText();
  const format = useFormat();
  const names = useSeatNames(seats);
  if (units.length === 0) return null;
  return (
    <Notice tone="danger">
      {text('seats.lost', { count: units.length, seats: format.list(units.map((unit) => names.seat(unit))) })}
    </Notice>
  );
}

/** How far the choosing is. */
function Status({ seating, numbered }: { seating: ReturnType<typeof useSeating>; numbered: boolean }) {
  const text = useText();
  const { chosen, asked, heldHere } = seating;
  const count = countOf(chosen);
  const held = count > 0 && chosen.every((unit) => unit !== null && heldHere.includes(unit));
  const missing = chosen.length - count;
  return (
    <span className={cx(styles.status, asked && styles.missing)} role="status">
      {held
        ? text('seats.status.held', { count })
        : count === 0 || !numbered
          ? text('seats.status.none')
          : missing > 0
            ? text('seats.status.missing', { count: missing })
            : text('seats.status.chosen', { count })}
    </span>
  );
}
