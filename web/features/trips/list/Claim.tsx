import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { links } from '@wayfare/shared/pages';
import { forgetBooking } from '@wayfare/shared/session';
import { Button, ButtonLink, Card, Notice, ProblemNotice } from '@wayfare/shared/ui';
import { useText } from '../text';
import styles from './List.module.css';

/** What was booked as a guest with the address of the account goes into the account. */
export function Claim() {
  const text = useText();
  const format = useFormat();
  const client = useQueryClient();
  const claim = useMutation({
    mutationFn: async () => (await ask(api.POST('/v1/bookings/claim'))).claimed,
    onSuccess: async (locators) => {
      locators.forEach(forgetBooking);
      await client.invalidateQueries({ queryKey: ['bookings'] });
    },
  });
  return (
    <Card className={styles.panel}>
      <h2>{text('trips.claim')}</h2>
      <p className={styles.soft}>{text('trips.claim.text')}</p>
      {claim.error && <ProblemNotice error={claim.error} />}
      {claim.data && (
        <Notice tone={claim.data.length ? 'good' : 'accent'}>
          {claim.data.length
            ? text('trips.claim.done', { locators: format.list(claim.data) })
            : text('trips.claim.none')}
        </Notice>
      )}
      <Button icon="plus" busy={claim.isPending} onClick={() => claim.mutate()}>
        {text('trips.claim.action')}
      </Button>
    </Card>
  );
}

export function SignInHint() {
  const text = useText();
  return (
    <Card className={styles.panel}>
      <h2>{text('trips.signin')}</h2>
      <p className={styles.soft}>{text('trips.signin.text')}</p>
      <ButtonLink icon="person" {...links.login('/trips')}>
        {text('trips.signin.action')}
      </ButtonLink>
    </Card>
  );
}
