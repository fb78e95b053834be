import { useQueryClient } from '@tanstack/react-query';
import { api, ask, isProblem } from '@wayfare/shared/api';
import { Link, links, useGo, useQueryState } from '@wayfare/shared/pages';
import { signIn } from '@wayfare/shared/session';
import { Button, Card, ProblemNotice, Screen, TextField, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { failing, isEmail } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { CodeForm } from './CodeForm';
import { readNext, targetOf } from './next';
import { PasswordField } from './PasswordField';
import { giveConsents } from './pending';

type Tokens = Parameters<typeof signIn>[0];

export default function LoginPage() {
  const text = useText();
  const go = useGo();
  const client = useQueryClient();
  const next = useQueryState(readNext);
  const [email, setEmail] = useState('');
  const [challenge, setChallenge] = useState<string | null>(null);

  const enter = async (tokens: Tokens) => {
    client.clear(); // what was seen as somebody else
    signIn(tokens);
    await giveConsents(email).catch(() => toast(text('account.consent.later')));
    go(targetOf(next), { replace: true });
  };
  return (
    <Screen title={text('account.login')} narrow>
      {challenge === null ? (
        <PasswordForm email={email} onEmail={setEmail} onTokens={enter} onChallenge={setChallenge} />
      ) : (
        <CodeForm challenge={challenge} onTokens={enter} onAgain={() => setChallenge(null)} />
      )}
      <p className={styles.aside}>
        {text('account.register.none')} <Link {...links.register()}>{text('account.register')}</Link>
      </p>
    </Screen>
  );
}

interface PasswordFormProps {
  email: string;
  onEmail: (email: string) => void;
  onTokens: (tokens: Tokens) => Promise<void>;
  /** The password is right, and a second factor is enrolled. */
  onChallenge: (challenge: string) => void;
}

function PasswordForm({ email, onEmail, onTokens, onChallenge }: PasswordFormProps) {
  const text = useText();
  const [password, setPassword] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ username: isEmail(email), current_password: password !== '' }),
    send: async () => {
      const body = { grant_type: 'password' as const, username: email.trim(), password };
      try {
        return await ask(api.POST('/v1/auth/token', { body }));
      } catch (problem) {
        const told = isProblem(problem, 'second_factor_needed') ? problem.facts.challenge : null;
        if (typeof told === 'string') return told;
        throw problem;
      }
    },
    done: (answer) => (typeof answer === 'string' ? onChallenge(answer) : onTokens(answer)),
  });
  return (
    <Card className={styles.panel}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={text('account.email')}
          type="email"
          name="username"
          autoComplete="username"
          dir="ltr"
          maxLength={254}
          value={email}
          onChange={(event) => onEmail(event.target.value)}
          error={errors.username}
        />
        <PasswordField
          label={text('account.password')}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={errors.current_password}
        />
        {error && <ProblemNotice error={error} own={{ invalid_grant: text('account.login.refused') }} />}
        <Button type="submit" variant="primary" size="large" wide busy={busy}>
          {text('account.login')}
        </Button>
        <Link {...links.reset()}>{text('account.forgotten')}</Link>
      </form>
    </Card>
  );
}
