import { api, ask } from '@wayfare/shared/api';
import { Button, ProblemNotice, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { CodeField } from '../entry/CodeField';
import { PasswordField } from '../entry/PasswordField';
import { failing } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { useLeave } from '../useLeave';

/** Both factors once more. Every device is signed out by it, this one too. */
export function TurnOff({ onClose }: { onClose: () => void }) {
  const text = useText();
  const leave = useLeave();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ current_password: password !== '', code: code.trim().length >= 6 }),
    send: () => ask(api.POST('/v1/me/second-factor/removal', { body: { password, code: code.trim() } })),
    done: async () => {
      await leave();
      toast(text('account.factor.gone'));
    },
  });
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <p>{text('account.factor.off.text')}</p>
      <PasswordField
        label={text('account.password')}
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={errors.current_password}
      />
      <CodeField
        hint={text('account.code.hint')}
        value={code}
        onChange={setCode}
        error={errors.code && text('account.factor.code.wrong')}
      />
      {error && <ProblemNotice error={error} own={{ forbidden: text('account.password.refused') }} />}
      <div className={styles.actions}>
        <Button type="submit" variant="danger" busy={busy}>
          {text('account.factor.off')}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          {text('account.factor.cancel')}
        </Button>
      </div>
    </form>
  );
}
