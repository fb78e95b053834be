import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, isProblem, newIdempotencyKey, type components } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { links, useGo } from '@wayfare/shared/pages';
import {
  Button,
  ButtonLink,
  Card,
  Checkbox,
  Notice,
  ProblemNotice,
  Screen,
  Skeleton,
  toast,
} from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Change.module.css';
import { changed, shown, type Booking } from '../queries';
import { useText } from '../text';
import { departsAt, destinationOf, isZero, nameOf, originOf, travellers } from '../travel';

type Offer = components['schemas']['RefundOfferAnswer'] & { key: string };

/** Offers are good for ten minutes. */
const GOOD_MS = 9 * 60_000;

export function CancelForm({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const go = useGo();
  const client = useQueryClient();
  const people = travellers(booking);
  const [chosen, setChosen] = useState<readonly number[]>(() => people.map(({ passenger }) => passenger));
  const { locator } = booking;
  const offer = useQuery({
    queryKey: ['refund', locator, chosen],
    queryFn: async (): Promise<Offer> => {
      const body = chosen.length === people.length ? {} : { passengers: [...chosen] };
      const call = api.POST('/v1/bookings/{locator}/refund-offers', { ...shown(locator), body });
      return { ...(await ask(call)), key: newIdempotencyKey() };
    },
    enabled: chosen.length > 0,
    staleTime: GOOD_MS,
    refetchInterval: GOOD_MS,
    gcTime: 0,
  });
  const cancel = useMutation({
    mutationFn: ({ refund_offer_id: id, key }: Offer) => {
      const { params, headers } = shown(locator);
      const call = api.POST('/v1/bookings/{locator}/cancel', {
        params,
        headers: { ...headers, 'idempotency-key': key },
        body: { refund_offer_id: id },
      });
      return ask(call);
    },
    onSuccess: async (after) => {
      await changed(client, after);
      toast(text('trips.cancel.done'), { tone: 'good' });
      go(links.booking(locator), { replace: true });
    },
    onError: (error) => {
      if (isProblem(error, 'refund_offer_expired')) void offer.refetch();
    },
  });

  const toggle = (passenger: number) =>
    setChosen((before) =>
      before.includes(passenger)
        ? before.filter((other) => other !== passenger)
        : [...before, passenger].sort((one, other) => one - other),
    );
  const told = cancel.error ?? offer.error;
  return (
    <Screen
      title={text('trips.cancel')}
      narrow
      lead={`${text('trips.way', { from: originOf(booking), to: destinationOf(booking) })} · ${format.day(departsAt(booking))}`}
    >
      {people.length > 1 && (
        <Card className={styles.panel}>
          <fieldset className={styles.choices}>
            <legend>{text('trips.cancel.who')}</legend>
            {people.map((passenger) => (
              <Checkbox
                key={passenger.passenger}
                checked={chosen.includes(passenger.passenger)}
                onChange={() => toggle(passenger.passenger)}
              >
                {nameOf(passenger)}
              </Checkbox>
            ))}
          </fieldset>
        </Card>
      )}
      <Card className={styles.panel} aria-live="polite">
        {chosen.length === 0 ? (
          <p>{text('trips.cancel.nobody')}</p>
        ) : offer.data ? (
          <Sums offer={offer.data} />
        ) : (
          !offer.error && <Skeleton className={styles.ghost} />
        )}
        {told && (
          <ProblemNotice
            error={told}
            retry={() => void offer.refetch()}
            own={{
              booking_not_cancellable: text('trips.cancel.refused'),
              refund_offer_expired: text('trips.cancel.expired'),
            }}
          />
        )}
        {offer.data && isZero(offer.data.refund) && (
          <Notice tone="warning" title={text('trips.cancel.nothing')} />
        )}
      </Card>
      <div className={styles.actions}>
        <ButtonLink size="large" {...links.booking(locator)}>
          {text('trips.keep')}
        </ButtonLink>
        <Button
          variant="danger"
          size="large"
          icon="refund"
          disabled={!offer.data || chosen.length === 0}
          busy={cancel.isPending}
          onClick={() => offer.data && cancel.mutate(offer.data)}
        >
          {text('trips.cancel.action')}
        </Button>
      </div>
    </Screen>
  );
}

function Sums({ offer }: { offer: Offer }) {
  const text = useText();
  const format = useFormat();
  return (
    <dl className={styles.sums}>
      <div>
        <dt>{text('trips.cancel.fee')}</dt>
        <dd>{format.money(offer.fee)}</dd>
      </div>
      <div className={styles.total}>
        <dt>{text('trips.cancel.back')}</dt>
        <dd>{format.money(offer.refund)}</dd>
      </div>
    </dl>
  );
}
