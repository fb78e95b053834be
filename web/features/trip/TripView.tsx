import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { Link, links, useGo } from '@wayfare/shared/pages';
import { cheapest, offerOf, useNames, type Place, type Trip, type TripChoice } from '@wayfare/shared/trips';
import { ButtonLink, Card, ContinueBar, Duration, Icon, Notice, Price, Screen } from '@wayfare/shared/ui';
import { Fares } from './Fares';
import { Itinerary } from './Itinerary';
import { RouteMap } from './map/RouteMap';
import { useText } from './text';
import styles from './Trip.module.css';

interface TripViewProps {
  choice: TripChoice;
  trip: Trip;
  from: Place;
  to: Place;
}

export function TripView({ choice, trip, from, to }: TripViewProps) {
  const text = useText();
  const shared = useSharedText();
  const format = useFormat();
  const go = useGo();
  const offer = offerOf(trip, choice) ?? cheapest(trip);
  const title = text('trip.heading', { from: from.name, to: to.name });
  return (
    <>
      <Screen
        title={title}
        lead={
          <span className={styles.facts}>
            <span>{format.day(trip.departs_at, 'full')}</span>
            <span aria-hidden>·</span>
            <Duration seconds={trip.duration_s} />
            <span aria-hidden>·</span>
            <span>{shared('transfers', { count: trip.transfers })}</span>
          </span>
        }
      >
        <Link {...links.results(choice.search)} className={styles.back}>
          <Icon name="back" size={18} />
          {text('trip.back')}
        </Link>
        <div className={styles.top}>
          <Card className={styles.itinerary}>
            <h2 className="visually-hidden">{text('trip.itinerary')}</h2>
            <Itinerary trip={trip} from={from} to={to} />
          </Card>
          <RouteMap trip={trip} />
        </div>
        {trip.reason ? (
          <Notice tone="warning">{text(`trip.reason.${trip.reason.code}`)}</Notice>
        ) : (
          <Fares
            trip={trip}
            chosen={offer}
            onChoose={({ cabin, fare_family: family }) =>
              go(links.trip({ ...choice, cabin, family }), { replace: true, stay: true })
            }
          />
        )}
      </Screen>
      {offer?.offer_id && (
        <Continue choice={{ ...choice, cabin: offer.cabin, family: offer.fare_family }} offer={offer} />
      )}
    </>
  );
}

interface ContinueProps {
  choice: TripChoice;
  offer: NonNullable<ReturnType<typeof cheapest>>;
}

/** What was chosen and the way on, always in sight. */
function Continue({ choice, offer }: ContinueProps) {
  const text = useText();
  const names = useNames();
  return (
    <ContinueBar
      chosen={
        <>
          <span className={styles.chosen}>
            {names.cabin(offer.cabin, offer.cabin_name)} ·{' '}
            {names.family(offer.fare_family, offer.fare_family_name)}
          </span>
          <Price value={offer.price} size="large" />
        </>
      }
    >
      <ButtonLink variant="primary" size="large" {...links.seats(choice)}>
        {text('trip.continue')}
      </ButtonLink>
    </ContinueBar>
  );
}
