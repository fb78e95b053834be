import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { links, useGo } from '@wayfare/shared/pages';
import { paymentMethodsQuery } from '@wayfare/shared/payment';
import { forgetHold, remember } from '@wayfare/shared/session';
import { holdQuery } from '@wayfare/shared/trips';
import { useCallback, useEffect, useRef, useState } from 'react';
import { begin, noteBooked, openAttempt, type Attempt, type BookingBody } from './attempt';
import { forgetDraft } from './draft';
import { follow, type Doors } from './follow';

/** How far the booking is. `unsure`: no answer came, and only asking again tells. */
export type Phase =
  | { is: 'form'; error: unknown }
  | { is: 'working' }
  | { is: 'pending'; bank: string | null }
  | { is: 'unsure'; error: unknown };

const AGAIN_MS = 2_000;

const send: Doors['send'] = ({ key, body }) =>
  ask(api.POST('/v1/bookings', { params: { header: { 'Idempotency-Key': key } }, body }));

/** Sends a booking and follows it to its end: also one that was sent before, be it of another hold. */
export function useBooking(hold: string) {
  const go = useGo();
  const client = useQueryClient();
  const [phase, setPhase] = useState<Phase>(() =>
    openAttempt() ? { is: 'working' } : { is: 'form', error: null },
  );
  const runs = useRef(0);

  const start = useCallback(
    async (attempt: Attempt) => {
      runs.current += 1;
      const mine = runs.current;
      const stopped = () => runs.current !== mine;
      const outcome = await follow(attempt, {
        send,
        remember: ({ locator, access_token: token, access_token_expires_at: expires }) =>
          remember(locator, token, expires),
        redirects: async ({ body }) => {
          const methods = await client.query(paymentMethodsQuery);
          return methods.some(({ method, redirects }) => method === body.payment.method && redirects);
        },
        leave: (url) => location.assign(url),
        pending: (bank) => setPhase({ is: 'pending', bank }),
        pause: () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS)),
        stopped,
      });
      if (outcome.is === 'booked') {
        noteBooked(attempt.hold, outcome.locator);
        forgetHold();
        forgetDraft();
        if (!stopped()) go(links.booking(outcome.locator), { replace: true });
      } else if (outcome.is === 'refused') {
        await client.refetchQueries(holdQuery(attempt.hold)); // it may have ended with the booking
        if (!stopped()) setPhase({ is: 'form', error: attempt.hold === hold ? outcome.error : null });
      } else if (outcome.is === 'unsure') {
        setPhase(outcome);
      }
    },
    [client, go, hold],
  );

  /** Once more what is not ended yet. */
  const resume = useCallback(() => {
    const open = openAttempt();
    setPhase(open ? { is: 'working' } : { is: 'form', error: null });
    if (open) void start(open);
  }, [start]);

  useEffect(() => {
    const open = openAttempt();
    if (open) void start(open);
    return () => {
      runs.current += 1;
    };
  }, [start]);

  const unsure = phase.is === 'unsure';
  useEffect(() => {
    if (!unsure) return;
    addEventListener('online', resume);
    return () => removeEventListener('online', resume);
  }, [unsure, resume]);

  return {
    phase,
    resume,
    book: (address: Record<string, string>, body: BookingBody) => {
      setPhase({ is: 'working' });
      void start(begin(hold, address, body));
    },
  };
}
