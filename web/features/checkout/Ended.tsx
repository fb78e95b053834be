import { useQueryClient } from '@tanstack/react-query';
import { isProblem } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { links, useGo } from '@wayfare/shared/pages';
import { keepHold } from '@wayfare/shared/session';
import { offerOf, placeHold, tripQuery, type Hold } from '@wayfare/shared/trips';
import { Button, ButtonLink, Empty, ProblemNotice, Screen, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import { againUnits } from './again';
import type { Purchase } from './CheckoutPage';
import { DeclinedNotice } from './DeclinedNotice';
import { useText } from './text';

interface EndedProps {
  purchase: Purchase;
  /** What was held; null when the server has forgotten it. */
  hold: Hold | null;
  /** Why the last attempt to book failed. */
  error: unknown;
}

/** The hold is over: one press holds the same seats again, at the price of now. */
export function Ended({ purchase: { choice }, hold, error }: EndedProps) {
  const text = useText();
  const format = useFormat();
  const go = useGo();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function holdAgain() {
    setBusy(true);
    setFailure(null);
    try {
      // Offers end sooner than people think: the same search gives the one of now.
      const { trip } = await client.query({ ...tripQuery(choice), staleTime: 0 });
      const offer = offerOf(trip, choice);
      if (!offer?.offer_id) {
        go(links.trip(choice), { replace: true });
        return;
      }
      const placed = await placeHold({ offer_id: offer.offer_id, units: againUnits(hold) });
      keepHold(placed.hold_id, choice);
      if (hold && hold.price.amount !== placed.price.amount)
        toast(text('checkout.price', { price: format.money(placed.price) }));
      go(links.checkout(choice, placed.hold_id), { replace: true });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  const taken = isProblem(failure, 'units_taken', 'sold_out');
  return (
    <Screen title={text('checkout.title')} hideTitle narrow>
      {isProblem(error, 'payment_declined') && <DeclinedNotice problem={error} />}
      {failure !== null && (
        <ProblemNotice error={failure} own={{ units_taken: text('checkout.ended.taken') }} />
      )}
      <Empty icon="clock" title={text('checkout.ended')}>
        <p>{text('checkout.ended.text')}</p>
        {!taken && (
          <Button variant="primary" size="large" busy={busy} onClick={() => void holdAgain()}>
            {text('checkout.ended.again')}
          </Button>
        )}
        <ButtonLink variant={taken ? 'primary' : 'quiet'} {...links.seats(choice)}>
          {text('checkout.ended.seats')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}
