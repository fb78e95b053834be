import { links, useQueryState } from '@wayfare/shared/pages';
import { readChoice, tripQuery, type TripChoice } from '@wayfare/shared/trips';
import { ButtonLink, Card, Empty, ProblemNotice, Screen, Skeleton } from '@wayfare/shared/ui';
import { useQuery } from '@tanstack/react-query';
import { useText } from './text';
import { TripView } from './TripView';
import styles from './Trip.module.css';

/** One trip: its legs, its way, and what it costs under which conditions. */
export default function TripPage() {
  const text = useText();
  const choice = useQueryState(readChoice);
  if (choice) return <Chosen choice={choice} />;
  return (
    <Screen title={text('trip.title')} hideTitle>
      <Empty icon="map" title={text('trip.incomplete')}>
        <ButtonLink variant="primary" {...links.home()}>
          {text('trip.search')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}

function Chosen({ choice }: { choice: TripChoice }) {
  const text = useText();
  const { data, error, refetch } = useQuery(tripQuery(choice));
  if (data) return <TripView choice={choice} trip={data.trip} from={data.from} to={data.to} />;
  return (
    <Screen title={text('trip.title')} hideTitle>
      {error ? (
        <>
          <ProblemNotice error={error} retry={() => void refetch()} />
          <div>
            <ButtonLink icon="back" {...links.results(choice.search)}>
              {text('trip.back')}
            </ButtonLink>
          </div>
        </>
      ) : (
        <div className={styles.top} role="status" aria-label={text('trip.loading')}>
          <Card className={styles.ghost}>
            <Skeleton className={styles.ghostTitle} />
            <Skeleton className={styles.ghostLine} />
            <Skeleton className={styles.ghostBlock} />
          </Card>
          <Skeleton className={styles.ghostMap} />
        </div>
      )}
    </Screen>
  );
}
