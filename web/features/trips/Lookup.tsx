import { useMutation } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { links, useGo } from '@wayfare/shared/pages';
import { remember } from '@wayfare/shared/session';
import { Button, Card, ProblemNotice, TextField, useFieldErrors } from '@wayfare/shared/ui';
import { useState, type SyntheticEvent } from 'react';
import styles from './Lookup.module.css';
import { useText } from './text';

interface LookupProps {
  /** Known already: from the address of a letter. */
  locator?: string;
  onFound?: () => void;
}

/** Find a booking without an account: by its reference and the address it was booked with. */
export function Lookup({ locator: known = '', onFound }: LookupProps) {
  const text = useText();
  const go = useGo();
  const [locator, setLocator] = useState(known);
  const [email, setEmail] = useState('');
  const { form, errors, setErrors } = useFieldErrors<'locator' | 'email'>();
  const find = useMutation({
    mutationFn: () =>
      ask(api.POST('/v1/bookings/lookup', { body: { locator: wanted, email: email.trim() } })),
    onSuccess: (access) => {
      remember(wanted, access.access_token, access.expires_at);
      if (onFound) onFound();
      else go(links.booking(wanted));
    },
  });
  const wanted = locator.trim().toUpperCase();

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const wrong = {
      ...(wanted ? {} : { locator: text('trips.find.locator.missing') }),
      ...(/^\S+@\S+$/.test(email.trim()) ? {} : { email: text('trips.find.email.wrong') }),
    };
    setErrors(wrong);
    if (Object.keys(wrong).length === 0) find.mutate();
  };

  return (
    <Card className={styles.panel}>
      <h2>{text('trips.find')}</h2>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={text('trips.locator')}
          hint={text('trips.find.locator.hint')}
          value={locator}
          onChange={(event) => setLocator(event.target.value)}
          error={errors.locator}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          dir="ltr"
          className={styles.locator}
        />
        <TextField
          label={text('trips.find.email')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={errors.email}
          autoComplete="email"
          maxLength={254}
          dir="ltr"
        />
        {find.error && <ProblemNotice error={find.error} own={{ not_found: text('trips.find.none') }} />}
        <Button type="submit" variant="primary" busy={find.isPending} wide>
          {text('trips.find.action')}
        </Button>
      </form>
    </Card>
  );
}
