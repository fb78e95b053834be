import { api, ask, type components } from '@wayfare/shared/api';
import { Button, ProblemNotice, Skeleton } from '@wayfare/shared/ui';
import { lazy, Suspense, useState } from 'react';
import styles from '../Account.module.css';
import { CodeField } from '../entry/CodeField';
import { PasswordField } from '../entry/PasswordField';
import { failing } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { copy } from './copy';

const QrCode = lazy(() => import('./QrCode'));

type Enrolment = components['schemas']['EnrolmentAnswer'];

interface EnrolProps {
  /** The factor counts now; these are shown this once. */
  onCodes: (codes: readonly string[]) => void;
  onClose: () => void;
}

/** The password, then a code of the app that was shown the secret. */
export function Enrol({ onCodes, onClose }: EnrolProps) {
  const [begun, setBegun] = useState<Enrolment | null>(null);
  return begun ? (
    <Confirm enrolment={begun} onCodes={onCodes} onClose={onClose} />
  ) : (
    <Begin onBegun={setBegun} onClose={onClose} />
  );
}

function Begin({ onBegun, onClose }: { onBegun: (enrolment: Enrolment) => void; onClose: () => void }) {
  const text = useText();
  const [password, setPassword] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ current_password: password !== '' }),
    send: () => ask(api.POST('/v1/me/second-factor', { body: { password } })),
    done: onBegun,
  });
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <PasswordField
        label={text('account.password')}
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={errors.current_password}
      />
      {error && <ProblemNotice error={error} own={{ forbidden: text('account.password.refused') }} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {text('account.factor.next')}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          {text('account.factor.cancel')}
        </Button>
      </div>
    </form>
  );
}

function Confirm({ enrolment: { secret, uri }, onCodes, onClose }: EnrolProps & { enrolment: Enrolment }) {
  const text = useText();
  const [code, setCode] = useState('');
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ code: /^\d{6}$/.test(code.replaceAll(' ', '')) }),
    send: () => ask(api.POST('/v1/me/second-factor/confirm', { body: { code: code.trim() } })),
    done: ({ recovery_codes: codes }) => onCodes(codes),
  });
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <p>{text('account.factor.scan')}</p>
      <Suspense fallback={<Skeleton className={styles.qr} />}>
        <QrCode content={uri} label={text('account.factor.qr')} />
      </Suspense>
      <p className={styles.soft}>{text('account.factor.key')}</p>
      <p className={styles.secret}>
        <code dir="ltr">{secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <div className={styles.actions}>
        <Button size="small" onClick={() => void copy(secret, text)}>
          {text('account.factor.key.copy')}
        </Button>
        <a href={uri} className={styles.app}>
          {text('account.factor.app')}
        </a>
      </div>
      <CodeField
        hint={text('account.factor.code.hint')}
        numeric
        autoFocus
        value={code}
        onChange={setCode}
        error={errors.code && text('account.factor.code.wrong')}
      />
      {error && <ProblemNotice error={error} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {text('account.factor.confirm')}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          {text('account.factor.cancel')}
        </Button>
      </div>
    </form>
  );
}
