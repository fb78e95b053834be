import { useQuery } from '@tanstack/react-query';
import { isProblem } from '@wayfare/shared/api';
import { links, usePathPart } from '@wayfare/shared/pages';
import { tokenOf, useSignedIn } from '@wayfare/shared/session';
import { ButtonLink, ProblemNotice, Screen, Skeleton } from '@wayfare/shared/ui';
import { useState, type ReactNode } from 'react';
import { Lookup } from './Lookup';
import { bookingQuery, type Seen } from './queries';
import { useText } from './text';
import styles from './Lookup.module.css';

interface WithBookingProps {
  title: string;
  children: (seen: Seen) => ReactNode;
}

/** The booking of the address; whoever has no key for it yet is asked for the e-mail address it was booked with. */
export function WithBooking({ title, children }: WithBookingProps) {
  const text = useText();
  const locator = usePathPart('locator').toUpperCase();
  const signedIn = useSignedIn();
  const [, setFound] = useState(0);
  const known = signedIn || tokenOf(locator) !== null;
  const { data, error, refetch } = useQuery({ ...bookingQuery(locator), enabled: known });
  if (data) return children(data);
  const refused = error && isProblem(error, 'unauthenticated', 'forbidden', 'not_found');
  if (known && !refused) {
    return (
      <Screen title={title} hideTitle>
        {error ? (
          <ProblemNotice error={error} retry={() => void refetch()} />
        ) : (
          <div className={styles.ghosts} role="status" aria-label={text('trips.loading')}>
            <Skeleton className={styles.ghostTitle} />
            <Skeleton className={styles.ghost} />
            <Skeleton className={styles.ghost} />
          </div>
        )}
      </Screen>
    );
  }
  return (
    <Screen title={title} hideTitle narrow>
      <p>{text('trips.find.lead', { locator })}</p>
      <Lookup
        locator={locator}
        onFound={() => {
          setFound((times) => times + 1);
          void refetch();
        }}
      />
      {!signedIn && (
        <ButtonLink icon="person" {...links.login(`/bookings/${locator}`)}>
          {text('trips.signin.action')}
        </ButtonLink>
      )}
    </Screen>
  );
}
