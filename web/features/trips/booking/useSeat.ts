import { useText } from '../text';

/** "Coach 7, seat 42" as far as it is known; null where places are free. */
export function useSeat(): (coach: string | null, label: string | null) => string | null {
  const text = useText();
  return (coach, label) => {
    if (coach && label) return text('trips.seat.both', { coach, label });
    if (label) return text('trips.seat', { label });
    return coach ? text('trips.coach', { coach }) : null;
  };
}
