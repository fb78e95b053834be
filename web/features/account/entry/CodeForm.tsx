import { api, ask } from '@wayfare/shared/api';
import type { signIn } from '@wayfare/shared/session';
import { Button, Card, ProblemNotice } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { failing } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { CodeField } from './CodeField';

interface CodeFormProps {
  challenge: string;
  onTokens: (tokens: Parameters<typeof signIn>[0]) => Promise<void>;
  onAgain: () => void;
}

/** The second step of a log-in: a code of the authenticator app, or a recovery code. */
export function CodeForm({ challenge, onTokens, onAgain }: CodeFormProps) {
  const text = useText();
  const [code, setCode] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ code: code.trim().length >= 6 }),
    send: () =>
      ask(
        api.POST('/v1/auth/token', {
          body: { grant_type: 'urn:wayfare:grant-type:second-factor', challenge, code: code.trim() },
        }),
      ),
    done: onTokens,
  });
  return (
    <Card className={styles.panel}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <CodeField
          hint={text('account.code.hint')}
          autoFocus
          value={code}
          onChange={setCode}
          error={errors.code}
        />
        {error && <ProblemNotice error={error} own={{ invalid_grant: text('account.code.refused') }} />}
        <Button type="submit" variant="primary" size="large" wide busy={busy}>
          {text('account.login')}
        </Button>
        <Button variant="quiet" icon="back" onClick={onAgain}>
          {text('account.code.again')}
        </Button>
      </form>
    </Card>
  );
}
