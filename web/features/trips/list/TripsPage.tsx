import { useSignedIn } from '@wayfare/shared/session';
import { Screen } from '@wayfare/shared/ui';
import { Lookup } from '../Lookup';
import { useText } from '../text';
import { Claim, SignInHint } from './Claim';
import { GuestBookings } from './GuestBookings';
import styles from './List.module.css';
import { MyBookings } from './MyBookings';

/** The bookings of who is signed in, or those that this device knows; and the way to any other. */
export default function TripsPage() {
  const text = useText();
  const signedIn = useSignedIn();
  return (
    <Screen title={text('trips.title')}>
      <div className={styles.columns}>
        <div className={styles.list}>{signedIn ? <MyBookings /> : <GuestBookings />}</div>
        <aside className={styles.side}>
          <Lookup />
          {signedIn ? <Claim /> : <SignInHint />}
        </aside>
      </div>
    </Screen>
  );
}
