import { useQuery } from '@tanstack/react-query';
import { isProblem, wrongFields } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import { PaymentChoice, paymentMethodsQuery, usePayment } from '@wayfare/shared/payment';
import { passengersOf, type Hold } from '@wayfare/shared/trips';
import {
  Button,
  Card,
  Icon,
  ProblemNotice,
  Screen,
  Skeleton,
  TextField,
  useFieldErrors,
} from '@wayfare/shared/ui';
import { useState, type SyntheticEvent } from 'react';
import type { BookingBody } from './attempt';
import styles from './Checkout.module.css';
import type { Purchase } from './CheckoutPage';
import { DeclinedNotice } from './DeclinedNotice';
import { useDraft, type Person } from './draft';
import { HoldClock } from './HoldClock';
import { PassengerFields } from './PassengerFields';
import { Summary } from './Summary';
import { useText } from './text';
import { messageOf, missingIn } from './validation';
import { useAccount } from './account';

interface CheckoutFormProps {
  purchase: Purchase;
  hold: Hold;
  /** Why the last attempt failed. */
  error: unknown;
  onBook: (body: BookingBody) => void;
  /** Asked again and again once the time is up: must stay the same function. */
  onTimeUp: () => unknown;
}

const NOBODY: Person = { given_name: '', family_name: '' };

export function CheckoutForm({ purchase: { choice }, hold, error, onBook, onTimeUp }: CheckoutFormProps) {
  const text = useText();
  const format = useFormat();
  const categories = passengersOf(choice.search.party);
  const [draft, setDraft] = useDraft();
  const { me, travellers } = useAccount();
  const methods = useQuery(paymentMethodsQuery);
  const paying = usePayment(methods.data);
  const [busy, setBusy] = useState(false);
  const { form, errors, setErrors } = useFieldErrors<string>();
  const [seen, setSeen] = useState<unknown>(null);

  // What the server found wrong is told beside the fields, as what is found wrong here.
  if (error !== seen) {
    setSeen(error);
    setErrors(Object.fromEntries(wrongFields(error).map((field) => [field, text(messageOf(field))])));
  }

  const own = me ? { given_name: me.given_name, family_name: me.family_name } : NOBODY;
  const people = categories.map(
    (category, at) => draft.people[at] ?? (at === 0 && category === 'adult' ? own : NOBODY),
  );
  const email = draft.email ?? me?.email ?? '';
  const phone = draft.phone ?? me?.phone ?? '';
  const setPerson = (at: number, person: Person) =>
    setDraft({
      people: categories.map((_, other) => (other === at ? person : (draft.people[other] ?? null))),
    });

  const onSubmit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    const missing = missingIn({ people, email, payment: paying.payment });
    setErrors(Object.fromEntries(missing.map((field) => [field, text(messageOf(field))])));
    if (missing.length > 0) return;
    setBusy(true);
    const means = await paying.means();
    setBusy(false);
    if (!means) return;
    onBook({
      hold_id: hold.hold_id,
      passengers: people.map(({ given_name: given, family_name: family }, at) => ({
        given_name: given.trim(),
        family_name: family.trim(),
        category: categories[at] ?? 'adult',
      })),
      contact: { email: email.trim(), phone: phone.trim() || null },
      payment: { ...means, cardholder: '' },
    });
  };

  return (
    <Screen title={text('checkout.heading')}>
      <Link {...links.seats(choice)} className={styles.back}>
        <Icon name="back" size={18} />
        {text('checkout.back')}
      </Link>
      <HoldClock until={hold.expires_at} onTimeUp={onTimeUp} />
      <div className={styles.columns}>
        <form ref={form} className={styles.form} onSubmit={(event) => void onSubmit(event)} noValidate>
          {isProblem(error, 'payment_declined') && <DeclinedNotice problem={error} held />}
          {error !== null && !isProblem(error, 'payment_declined') && <ProblemNotice error={error} />}
          {categories.map((category, at) => (
            <PassengerFields
              key={at}
              number={at + 1}
              category={category}
              hold={hold}
              value={people[at] ?? NOBODY}
              travellers={travellers.filter((traveller) => traveller.category === category)}
              errors={errors}
              onChange={(person) => setPerson(at, person)}
            />
          ))}
          <Card className={styles.card}>
            <h2>{text('checkout.contact')}</h2>
            <div className={styles.fields}>
              <TextField
                label={text('checkout.email')}
                hint={text('checkout.email.hint')}
                error={errors['contact.email']}
                type="email"
                autoComplete="email"
                inputMode="email"
                dir="ltr"
                required
                value={email}
                onChange={(event) => setDraft({ email: event.target.value })}
              />
              <TextField
                label={text('checkout.phone')}
                error={errors['contact.phone']}
                type="tel"
                autoComplete="tel"
                dir="ltr"
                value={phone}
                onChange={(event) => setDraft({ phone: event.target.value })}
              />
            </div>
          </Card>
          <Card className={styles.card}>
            <h2>{text('checkout.payment')}</h2>
            {methods.data ? (
              <PaymentChoice methods={methods.data} price={hold.price} paying={paying} />
            ) : methods.error ? (
              <ProblemNotice error={methods.error} retry={() => void methods.refetch()} />
            ) : (
              <Skeleton className={styles.ghostPayment} />
            )}
            {errors.payment && !paying.payment && (
              <p role="alert" className={styles.missing}>
                {errors.payment}
              </p>
            )}
            <Button type="submit" variant="primary" size="large" icon="lock" wide busy={busy}>
              {text('checkout.pay', { price: format.money(hold.price) })}
            </Button>
            <p className={styles.soft}>{text('checkout.pay.hint')}</p>
          </Card>
        </form>
        <Summary choice={choice} hold={hold} />
      </div>
    </Screen>
  );
}
