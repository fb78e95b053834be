import { api, ask } from '@wayfare/shared/api';
import { useLocale } from '@wayfare/shared/i18n';
import { Link, links } from '@wayfare/shared/pages';
import { Button, Card, Checkbox, Notice, ProblemNotice, Screen, TextField } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { failing, isEmail, isName, isPassword } from '../fields';
import { useText } from '../text';
import { useForm } from '../useForm';
import { PasswordField } from './PasswordField';
import { rememberConsents } from './pending';

/** Ask for an account; a letter to the address says what comes next, whether there is one already or not. */
export default function RegisterPage() {
  const text = useText();
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <Screen title={text('account.register')} narrow lead={sentTo ? undefined : text('account.register.lead')}>
      {sentTo ? (
        <Notice tone="good" title={text('account.register.sent')}>
          {text('account.register.sent.text', { email: sentTo })}
        </Notice>
      ) : (
        <RegisterForm onSent={setSentTo} />
      )}
      <p className={styles.aside}>
        {text('account.login.have')} <Link {...links.login()}>{text('account.login')}</Link>
      </p>
    </Screen>
  );
}

function RegisterForm({ onSent }: { onSent: (email: string) => void }) {
  const text = useText();
  const locale = useLocale();
  const [facts, setFacts] = useState({ email: '', password: '', given_name: '', family_name: '' });
  const [terms, setTerms] = useState(false);
  const [news, setNews] = useState(false);
  const set = (field: keyof typeof facts) => (value: string) => setFacts({ ...facts, [field]: value });
  const email = facts.email.trim();
  const { form, errors, submit, busy, error } = useForm({
    check: () =>
      failing({
        given_name: isName(facts.given_name),
        family_name: isName(facts.family_name),
        email: isEmail(email),
        password: isPassword(facts.password),
        terms,
      }),
    send: () => ask(api.POST('/v1/customers', { body: { ...facts, email, language: locale } })),
    done: () => {
      rememberConsents(email, news ? ['terms', 'marketing_email'] : ['terms']);
      onSent(email);
    },
  });
  return (
    <Card className={styles.panel}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <div className={styles.pair}>
          {(['given_name', 'family_name'] as const).map((field) => (
            <TextField
              key={field}
              label={text(`account.${field}`)}
              autoComplete={field === 'given_name' ? 'given-name' : 'family-name'}
              maxLength={100}
              value={facts[field]}
              onChange={(event) => set(field)(event.target.value)}
              error={errors[field]}
            />
          ))}
        </div>
        <TextField
          label={text('account.email')}
          type="email"
          autoComplete="username"
          dir="ltr"
          maxLength={254}
          value={facts.email}
          onChange={(event) => set('email')(event.target.value)}
          error={errors.email}
        />
        <PasswordField
          label={text('account.password')}
          autoComplete="new-password"
          value={facts.password}
          onChange={set('password')}
          error={errors.password}
        />
        <div className={styles.consents}>
          <Checkbox
            checked={terms}
            onChange={(event) => setTerms(event.target.checked)}
            required
            aria-invalid={errors.terms ? true : undefined}
            aria-describedby="account-terms"
          >
            {text('account.terms')}
          </Checkbox>
          <p id="account-terms" className={styles.soft}>
            {errors.terms && <strong className={styles.wrong}>{errors.terms} </strong>}
            {text('account.terms.text')}
          </p>
          <Checkbox checked={news} onChange={(event) => setNews(event.target.checked)}>
            {text('account.consent.marketing_email')}
          </Checkbox>
        </div>
        {error && <ProblemNotice error={error} />}
        <Button type="submit" variant="primary" size="large" wide busy={busy}>
          {text('account.register')}
        </Button>
      </form>
    </Card>
  );
}
