import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, ProblemNotice, Skeleton, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { secondFactorQuery } from '../queries';
import { useText } from '../text';
import { Enrol } from './Enrol';
import { RecoveryCodes } from './RecoveryCodes';
import { TurnOff } from './TurnOff';

/** A code of an authenticator app beside the password: whether there is one, set up, turned off. */
export function SecondFactor() {
  const text = useText();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const kept = () => {
    setCodes(null);
    setOpen(false);
    toast(text('account.factor.done'), { tone: 'good' });
    return client.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
  };
  const close = () => setOpen(false);
  return (
    <Card className={styles.panel}>
      <h2>{text('account.factor')}</h2>
      {codes ? (
        <RecoveryCodes codes={codes} onKept={() => void kept()} />
      ) : error ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className={styles.ghost} />
      ) : (
        <>
          <p className={styles.soft}>
            {data.enrolled
              ? text('account.factor.on', { count: data.recovery_codes_left })
              : text('account.factor.text')}
          </p>
          {!open ? (
            <div className={styles.actions}>
              <Button icon="lock" onClick={() => setOpen(true)}>
                {text(data.enrolled ? 'account.factor.off' : 'account.factor.set')}
              </Button>
            </div>
          ) : data.enrolled ? (
            <TurnOff onClose={close} />
          ) : (
            <Enrol onCodes={setCodes} onClose={close} />
          )}
        </>
      )}
    </Card>
  );
}
