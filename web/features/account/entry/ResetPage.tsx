import { api, ask } from '@wayfare/shared/api';
import { Link, links } from '@wayfare/shared/pages';
import { Button, ButtonLink, Card, Notice, ProblemNotice, Screen, TextField } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { failing, isEmail, isPassword } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { PasswordField } from './PasswordField';
import { useToken } from './token';

/** Without a token: ask for the letter. With the one of the letter: choose a new password. */
export default function ResetPage() {
  const text = useText();
  const token = useToken();
  return (
    <Screen title={text('account.reset')} narrow>
      {token === null ? <AskForm /> : <ChooseForm token={token} />}
      <p className={styles.aside}>
        <Link {...links.login()}>{text('account.login')}</Link>
      </p>
    </Screen>
  );
}

function AskForm() {
  const text = useText();
  const [email, setEmail] = useState('');
  const { form, errors, submit, busy, sent, error } = useForm({
    check: () => failing({ email: isEmail(email) }),
    send: () => ask(api.POST('/v1/auth/password-reset', { body: { email: email.trim() } })),
    done: () => undefined,
  });
  if (sent) {
    return (
      <Notice tone="good" title={text('account.reset.sent')}>
        {text('account.reset.sent.text', { email: email.trim() })}
      </Notice>
    );
  }
  return (
    <Card className={styles.panel}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <p className={styles.soft}>{text('account.reset.lead')}</p>
        <TextField
          label={text('account.email')}
          type="email"
          autoComplete="username"
          dir="ltr"
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={errors.email}
        />
        {error && <ProblemNotice error={error} />}
        <Button type="submit" variant="primary" size="large" wide busy={busy}>
          {text('account.reset.ask')}
        </Button>
      </form>
    </Card>
  );
}

function ChooseForm({ token }: { token: string }) {
  const text = useText();
  const [password, setPassword] = useState('');
  const { form, errors, submit, busy, sent, error } = useForm({
    check: () => failing({ password: isPassword(password) }),
    send: () => ask(api.POST('/v1/auth/password-reset/confirm', { body: { token, password } })),
    done: () => undefined,
  });
  if (sent) {
    return (
      <>
        <Notice tone="good" title={text('account.reset.done')} />
        <ButtonLink variant="primary" size="large" {...links.login()}>
          {text('account.login')}
        </ButtonLink>
      </>
    );
  }
  return (
    <Card className={styles.panel}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <PasswordField
          label={text('account.password.new')}
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          error={errors.password}
        />
        {error && <ProblemNotice error={error} own={{ link_invalid: text('account.reset.invalid') }} />}
        <Button type="submit" variant="primary" size="large" wide busy={busy}>
          {text('account.password.save')}
        </Button>
      </form>
    </Card>
  );
}
