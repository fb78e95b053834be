import { useQuery } from '@tanstack/react-query';
import { isProblem } from '@wayfare/shared/api';
import { links, useGo, useQueryState } from '@wayfare/shared/pages';
import { backFrom, forgetAway } from '@wayfare/shared/payment';
import { holdQuery, readChoice, writeChoice, type Hold, type TripChoice } from '@wayfare/shared/trips';
import { ButtonLink, Empty, ProblemNotice, Screen, Skeleton } from '@wayfare/shared/ui';
import { useEffect, useState } from 'react';
import { bookedAs, openAttempt } from './attempt';
import styles from './Checkout.module.css';
import { CheckoutForm } from './CheckoutForm';
import { Ended } from './Ended';
import { Progress } from './Progress';
import { useText } from './text';
import { useBooking } from './useBooking';

type Raw = Readonly<Record<string, string | undefined>>;

/** What is paid for, and by which hold. */
export interface Purchase {
  choice: TripChoice;
  hold: string;
}

function readPurchase(raw: Raw): Purchase | null {
  const choice = readChoice(raw);
  return choice && raw.hold ? { choice, hold: raw.hold } : null;
}

const readHere = (raw: Raw) => ({ choice: readChoice(raw), purchase: readPurchase(raw) });

export const addressOf = ({ choice, hold }: Purchase): Record<string, string> => ({
  ...writeChoice(choice),
  hold,
});

/** Who travels, how to reach them, and the payment. */
export default function CheckoutPage() {
  const text = useText();
  const here = useQueryState(readHere);
  const purchase = useReturn(here.purchase);
  if (purchase) return <Paying key={purchase.hold} purchase={purchase} />;
  return (
    <Screen title={text('checkout.title')} hideTitle>
      <Empty icon="card" title={text('checkout.nothing')}>
        <p>{text('checkout.nothing.text')}</p>
        <ButtonLink variant="primary" {...(here.choice ? links.seats(here.choice) : links.trips())}>
          {text(here.choice ? 'checkout.seats' : 'checkout.trips')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}

/**
 * Who comes back from the bank stands at /checkout, with what the bank added: from there it goes on to what was paid
 * for, so that reloading finds it and nothing of the bank's stays in the address.
 */
function useReturn(named: Purchase | null): Purchase | null {
  const go = useGo();
  const [open] = useState(() => openAttempt());
  const [away] = useState(() => backFrom());
  const back = open && readPurchase(open.address);
  useEffect(() => {
    if (named) return;
    if (back) go(links.checkout(back.choice, back.hold), { replace: true });
    else if (away) go(links.booking(away), { replace: true });
    forgetAway();
  }, [named, back, away, go]);
  return named ?? back;
}

function Paying({ purchase }: { purchase: Purchase }) {
  const text = useText();
  const { phase, book, resume } = useBooking(purchase.hold);
  const { data, error, refetch } = useQuery(holdQuery(purchase.hold));
  const gone: Hold | null = data && data.state !== 'held' ? data : null;
  if (phase.is !== 'form') return <Progress phase={phase} onAgain={resume} />;
  if (data?.state === 'confirmed') return <Booked locator={bookedAs(purchase.hold)} />;
  if (gone || isProblem(error, 'not_found'))
    return <Ended purchase={purchase} hold={gone} error={phase.error} />;
  if (data) {
    return (
      <CheckoutForm
        purchase={purchase}
        hold={data}
        error={phase.error}
        onBook={(body) => book(addressOf(purchase), body)}
        onTimeUp={refetch}
      />
    );
  }
  return (
    <Screen title={text('checkout.title')} hideTitle>
      {error ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={text('checkout.loading')} className={styles.columns}>
          <Skeleton className={styles.ghost} />
          <Skeleton className={styles.ghostSide} />
        </div>
      )}
    </Screen>
  );
}

/** Somebody went back to a checkout that is done. */
function Booked({ locator }: { locator: string | null }) {
  const text = useText();
  return (
    <Screen title={text('checkout.title')} hideTitle>
      <Empty icon="check" title={text('checkout.booked')}>
        <ButtonLink variant="primary" {...(locator ? links.booking(locator) : links.trips())}>
          {text(locator ? 'checkout.booking' : 'checkout.trips')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}
