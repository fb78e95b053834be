import { useText } from '../text';
import { WithBooking } from '../WithBooking';
import { CancelForm } from './CancelForm';

/** Give a booking back, or some of its passengers' tickets: what comes back is shown before. */
export default function CancelPage() {
  const text = useText();
  return (
    <WithBooking title={text('trips.cancel')}>
      {({ booking }) => <CancelForm booking={booking} />}
    </WithBooking>
  );
}
