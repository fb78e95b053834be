import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, isProblem, newIdempotencyKey } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { links, useGo } from '@wayfare/shared/pages';
import {
  noteAway,
  PaymentChoice,
  paymentMethodsQuery,
  usePayment,
  type Means,
  type PaymentMethod,
} from '@wayfare/shared/payment';
import { Button, Card, ProblemNotice, toast } from '@wayfare/shared/ui';
import { useEffect, useRef } from 'react';
import styles from '../Change.module.css';
import { bookingQuery, changed, shown, type Booking } from '../queries';
import { useText } from '../text';
import { TripFacts } from './ChooseTrip';
import { settlementOf, type Choice } from './offers';

interface ConfirmProps {
  booking: Booking;
  choice: Choice;
  onBack: () => void;
}

/** What the change costs, how it is paid, and the last word. */
export function Confirm({ booking, choice: { trip, offer }, onBack }: ConfirmProps) {
  const text = useText();
  const settled = settlementOf(offer);
  const methods = useQuery({ ...paymentMethodsQuery, enabled: settled === 'pay' });
  const paying = usePayment(methods.data);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []); // what was pressed is gone
  const change = useExchange(booking, offer.exchange_offer_id, methods.data ?? []);
  return (
    <>
      <div ref={top} tabIndex={-1} className={styles.top}>
        <Card className={styles.panel}>
          <TripFacts trip={trip} />
          <Sums booking={booking} choice={{ trip, offer }} />
        </Card>
      </div>
      {settled === 'pay' && (
        <Card className={styles.panel}>
          <h2>{text('trips.exchange.payment')}</h2>
          {methods.error && <ProblemNotice error={methods.error} retry={() => void methods.refetch()} />}
          {methods.data && <PaymentChoice methods={methods.data} price={offer.to_pay} paying={paying} />}
        </Card>
      )}
      {change.error && (
        <ProblemNotice
          error={change.error}
          own={{
            payment_declined: text('trips.exchange.declined'),
            exchange_offer_expired: text('trips.exchange.expired'),
            booking_not_exchangeable: text('trips.exchange.refused'),
          }}
        />
      )}
      <div className={styles.actions}>
        <Button size="large" icon="back" onClick={onBack}>
          {text('trips.exchange.back')}
        </Button>
        <Button
          variant="primary"
          size="large"
          busy={change.isPending}
          disabled={settled === 'pay' && !paying.payment}
          onClick={() => change.mutate(settled === 'pay' ? paying.means : null)}
        >
          {text('trips.exchange.action')}
        </Button>
      </div>
    </>
  );
}

function Sums({ booking, choice: { offer } }: { booking: Booking; choice: Choice }) {
  const text = useText();
  const format = useFormat();
  const settled = settlementOf(offer);
  return (
    <dl className={styles.sums}>
      <div>
        <dt>{text('trips.exchange.new')}</dt>
        <dd>{format.money(offer.price)}</dd>
      </div>
      <div>
        <dt>{text('trips.exchange.fee')}</dt>
        <dd>{format.money(offer.fee)}</dd>
      </div>
      <div>
        <dt>{text('trips.exchange.old')}</dt>
        <dd>{format.money(booking.price)}</dd>
      </div>
      <div className={styles.total}>
        <dt>{text(settled === 'refund' ? 'trips.exchange.back.sum' : 'trips.exchange.pay.sum')}</dt>
        <dd>{format.money(settled === 'refund' ? offer.to_refund : offer.to_pay)}</dd>
      </div>
    </dl>
  );
}

/** A change that was sent. Until it is known how it ended it is repeated with the same key and the same means. */
interface Attempt {
  key: string;
  means: Means | null;
}

function useExchange(booking: Booking, offer: string, methods: readonly PaymentMethod[]) {
  const text = useText();
  const go = useGo();
  const client = useQueryClient();
  const { locator } = booking;
  const open = useRef<Attempt | null>(null);
  return useMutation({
    /** `pay`: makes the means; null where nothing is to be paid. */
    mutationFn: async (pay: (() => Promise<Means | null>) | null) => {
      const made = open.current ? open.current.means : pay && (await pay());
      if (pay && !made) return null; // the form says what is missing
      const { key, means } = (open.current ??= { key: newIdempotencyKey(), means: made });
      const { params, headers } = shown(locator);
      const answer = await ask(
        api.POST('/v1/bookings/{locator}/exchange', {
          params,
          headers: { ...headers, 'idempotency-key': key },
          body: { exchange_offer_id: offer, ...(means ? { payment: { ...means, cardholder: '' } } : {}) },
        }),
      );
      return { answer, redirects: methods.some((one) => one.method === means?.method && one.redirects) };
    },
    onSuccess: async (done) => {
      if (!done) return;
      const { answer, redirects } = done;
      if ('legs' in answer) {
        await changed(client, answer);
        toast(text('trips.exchange.done'), { tone: 'good' });
      } else if (redirects && answer.next_action) {
        noteAway(locator);
        location.assign(answer.next_action.url);
        return;
      } else {
        await client.invalidateQueries({ queryKey: bookingQuery(locator).queryKey });
      }
      go(links.booking(locator), { replace: true });
    },
    onError: (error) => {
      // The next try is another one, unless it is not known how this one ended.
      if (!isProblem(error) || !error.passes) open.current = null;
    },
  });
}
