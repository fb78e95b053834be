import { Badge } from '@wayfare/shared/ui';
import type { Booking } from './queries';
import { useText } from './text';
import { isUpcoming } from './travel';
import { useNow } from './useNow';

const LOOKS = {
  pending: { tone: 'warning', icon: 'clock' },
  confirmed: { tone: 'good', icon: 'check' },
  travelled: { tone: 'plain', icon: 'check' },
  cancelled: { tone: 'danger', icon: 'close' },
  failed: { tone: 'danger', icon: 'warning' },
} as const;

/** How the booking stands, in one word. */
export function StatusBadge({ booking }: { booking: Booking }) {
  const text = useText();
  const now = useNow();
  const over = booking.status === 'confirmed' && !isUpcoming(booking, now);
  const status = over ? 'travelled' : booking.status;
  return <Badge {...LOOKS[status]}>{text(`trips.status.${status}`)}</Badge>;
}
