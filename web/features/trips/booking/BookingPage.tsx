import { useText } from '../text';
import { WithBooking } from '../WithBooking';
import { BookingView } from './BookingView';

/** One booking: its tickets, its way, who travels, what was paid, and what can be done about it. */
export default function BookingPage() {
  const text = useText();
  return <WithBooking title={text('trips.booking')}>{(seen) => <BookingView {...seen} />}</WithBooking>;
}
