import { useQueries, useQuery } from '@tanstack/react-query';
import { links, useQueryState } from '@wayfare/shared/pages';
import {
  offerOf,
  readChoice,
  tripQuery,
  type Offer,
  type Trip,
  type TripChoice,
} from '@wayfare/shared/trips';
import { ButtonLink, Empty, Notice, ProblemNotice, Screen, Skeleton } from '@wayfare/shared/ui';
import { heldQuery } from './hold';
import styles from './Seats.module.css';
import { ridesOf, seatsQuery } from './seats';
import { SeatsView } from './SeatsView';
import { useText } from './text';

/** Who sits where, on every leg of a trip. */
export default function SeatsPage() {
  const text = useText();
  const choice = useQueryState(readChoice);
  if (choice?.cabin) return <Chosen choice={choice} />;
  return (
    <Screen title={text('seats.title')} hideTitle>
      <Empty icon="seat" title={text('seats.incomplete')}>
        <ButtonLink variant="primary" {...(choice ? links.trip(choice) : links.home())}>
          {text(choice ? 'seats.back' : 'seats.search')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}

function Chosen({ choice }: { choice: TripChoice }) {
  const text = useText();
  const { data, error, refetch } = useQuery(tripQuery(choice));
  const offer = data && offerOf(data.trip, choice);
  if (data && offer?.offer_id) return <Offered choice={choice} trip={data.trip} offer={offer} />;
  return (
    <Screen title={text('seats.title')} hideTitle>
      {data ? (
        <Notice
          tone="warning"
          actions={
            <ButtonLink size="small" {...links.trip(choice)}>
              {text('seats.back')}
            </ButtonLink>
          }
        >
          {text('seats.offer.gone')}
        </Notice>
      ) : error ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : (
        <Ghost />
      )}
    </Screen>
  );
}

interface OfferedProps {
  choice: TripChoice;
  trip: Trip;
  offer: Offer;
}

function Offered({ choice, trip, offer }: OfferedProps) {
  const text = useText();
  const rides = ridesOf(trip.legs, offer);
  const held = useQuery(heldQuery(choice));
  const seats = useQueries({ queries: rides.map(({ leg }) => seatsQuery(leg)) });
  const loaded = seats.flatMap(({ data }) => (data ? [data] : []));
  const failed = [held, ...seats].find(({ error, data }) => error && data === undefined);
  if (held.data !== undefined && loaded.length === rides.length) {
    return (
      <SeatsView choice={choice} trip={trip} offer={offer} rides={rides} seats={loaded} held={held.data} />
    );
  }
  return (
    <Screen title={text('seats.title')} hideTitle>
      {failed ? <ProblemNotice error={failed.error} retry={() => void failed.refetch()} /> : <Ghost />}
    </Screen>
  );
}

function Ghost() {
  const text = useText();
  return (
    <div role="status" aria-label={text('seats.loading')} className={styles.ghost}>
      <Skeleton className={styles.ghostPlan} />
      <Skeleton className={styles.ghostSide} />
    </div>
  );
}
