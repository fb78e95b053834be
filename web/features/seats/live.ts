import { useQueryClient } from '@tanstack/react-query';
import type { Leg } from '@wayfare/shared/trips';
import { useEffect } from 'react';
import { seatsQuery, withStates, type UnitState } from './seats';

/** The data of the events `seats` and `changes`. */
interface SeatEvent {
  units: Record<string, UnitState>;
}

const AGAIN_MS = 10_000;

/** Keeps the seats of a leg as they are: streams end every quarter of a minute, and the browser comes back by itself. */
export function useLiveSeats(leg: Leg): void {
  const client = useQueryClient();
  const { departure_id: departure, from_call: from, to_call: to } = leg;
  useEffect(() => {
    const { queryKey } = seatsQuery({ departure_id: departure, from_call: from, to_call: to });
    let source: EventSource | null = null;
    let later: ReturnType<typeof setTimeout> | undefined;

    const take = ({ data }: MessageEvent<string>) => {
      const { units } = JSON.parse(data) as SeatEvent;
      client.setQueryData(queryKey, (seats) => seats && withStates(seats, units));
    };
    const open = () => {
      source = new EventSource(`/v1/departures/${departure}/seats/events?from=${from}&to=${to}`);
      source.addEventListener('seats', take);
      source.addEventListener('changes', take);
      // A browser gives up when it is refused (too many watchers): look once, and ask again after a while.
      source.addEventListener('error', () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        void client.invalidateQueries({ queryKey });
        later = setTimeout(open, AGAIN_MS);
      });
    };
    open();
    return () => {
      source?.close();
      clearTimeout(later);
    };
  }, [client, departure, from, to]);
}
