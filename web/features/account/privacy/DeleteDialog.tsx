import { api, ask } from '@wayfare/shared/api';
import { Button, Checkbox, Notice, ProblemNotice, toast } from '@wayfare/shared/ui';
import { Dialog } from '@wayfare/shared/ui/Overlay';
import { useId, useState } from 'react';
import styles from '../Account.module.css';
import { PasswordField } from '../entry/PasswordField';
import { failing } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { useLeave } from '../useLeave';

/** The last word before an account is gone: the password, and that it is meant. */
export default function DeleteDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const leave = useLeave();
  const id = useId();
  const [password, setPassword] = useState('');
  const [meant, setMeant] = useState(false);
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ current_password: password !== '' }),
    send: () => ask(api.POST('/v1/me/deletion', { body: { password } })),
    done: async () => {
      await leave();
      toast(text('account.delete.done'));
    },
  });
  return (
    <Dialog
      title={text('account.delete')}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{text('account.keep')}</Button>
          <Button type="submit" form={id} variant="danger" busy={busy} disabled={!meant}>
            {text('account.delete.action')}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} className={styles.form} onSubmit={submit} noValidate>
        <Notice tone="danger">{text('account.delete.warning')}</Notice>
        <Checkbox checked={meant} onChange={(event) => setMeant(event.target.checked)}>
          {text('account.delete.sure')}
        </Checkbox>
        <PasswordField
          label={text('account.password')}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={errors.current_password}
        />
        {error && <ProblemNotice error={error} own={{ forbidden: text('account.password.refused') }} />}
      </form>
    </Dialog>
  );
}
