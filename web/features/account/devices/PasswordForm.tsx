import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { Button, Card, ProblemNotice, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { PasswordField } from '../entry/PasswordField';
import { failing, isPassword } from '../fields';
import { devicesQuery } from '../queries';
import { useText } from '../text';
import { useForm } from '../useForm';

export function PasswordForm() {
  const text = useText();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ current_password: current !== '', new_password: isPassword(fresh) }),
    send: () =>
      ask(api.POST('/v1/me/password', { body: { current_password: current, new_password: fresh } })),
    done: async () => {
      setCurrent('');
      setFresh('');
      toast(text('account.password.changed'), { tone: 'good' });
      await client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    },
  });
  return (
    <Card className={styles.panel}>
      <h2>{text('account.password.change')}</h2>
      <p className={styles.soft}>{text('account.password.change.text')}</p>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <PasswordField
          label={text('account.password.current')}
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          error={errors.current_password}
        />
        <PasswordField
          label={text('account.password.new')}
          autoComplete="new-password"
          value={fresh}
          onChange={setFresh}
          error={errors.new_password}
        />
        {error && <ProblemNotice error={error} own={{ forbidden: text('account.password.refused') }} />}
        <div className={styles.actions}>
          <Button type="submit" variant="primary" busy={busy}>
            {text('account.password.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
