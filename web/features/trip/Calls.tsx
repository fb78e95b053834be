import { useQuery } from '@tanstack/react-query';
import { useSharedText } from '@wayfare/shared/i18n';
import { departureQuery, type Leg } from '@wayfare/shared/trips';
import { Clock, Icon, ProblemNotice } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from './Itinerary.module.css';
import { useText } from './text';

/** The calls on the way, shown when somebody wants to see them. */
export function Calls({ leg, since }: { leg: Leg; since: string }) {
  const text = useText();
  const shared = useSharedText();
  const [open, setOpen] = useState(false);
  const count = leg.to_call - leg.from_call - 1;
  const { data, error, refetch } = useQuery({ ...departureQuery(leg.departure_id), enabled: open });
  if (count === 0) return <p className={styles.nonstop}>{text('trip.nonstop')}</p>;
  const calls = data?.calls.filter(({ call }) => call > leg.from_call && call < leg.to_call);
  return (
    <details className={styles.calls} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="down" size={16} />
        {text('trip.calls', { count })}
      </summary>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!calls && !error && <p>{shared('ui.loading')}</p>}
      {calls && (
        <ol>
          {calls.map(({ call, place, arrives_at: arrives, departs_at: departs }) => (
            <li key={call}>
              <Clock at={departs ?? arrives ?? since} since={since} />
              <span>{place.name}</span>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}
