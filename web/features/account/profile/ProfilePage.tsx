import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { LOCALES, useLocale } from '@wayfare/shared/i18n';
import { Button, Card, ProblemNotice, SelectField, Skeleton, TextField, toast } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { failing, isName } from '../fields';
import { Frame } from '../Frame';
import { meQuery, type Customer } from '../queries';
import { useText } from '../text';
import { useForm } from '../useForm';

export default function ProfilePage() {
  const text = useText();
  return (
    <Frame title={text('account.title')}>
      <Profile />
    </Frame>
  );
}

function Profile() {
  const { data, error, refetch } = useQuery(meQuery);
  if (data) return <ProfileForm me={data} />;
  return error ? (
    <ProblemNotice error={error} retry={() => void refetch()} />
  ) : (
    <Skeleton className={styles.ghost} />
  );
}

function ProfileForm({ me }: { me: Customer }) {
  const text = useText();
  const locale = useLocale();
  const client = useQueryClient();
  const [facts, setFacts] = useState({
    given_name: me.given_name,
    family_name: me.family_name,
    phone: me.phone ?? '',
    language: me.language || locale,
  });
  const set = (field: keyof typeof facts, value: string) => setFacts({ ...facts, [field]: value });
  const { form, errors, submit, busy, error } = useForm({
    check: () => failing({ given_name: isName(facts.given_name), family_name: isName(facts.family_name) }),
    send: () => ask(api.PATCH('/v1/me', { body: { ...facts, phone: facts.phone.trim() || null } })),
    done: (after) => {
      client.setQueryData(meQuery.queryKey, after);
      toast(text('account.saved'), { tone: 'good' });
    },
  });
  const spoken = Object.entries(LOCALES).map(([value, label]) => ({ value, label }));
  const other = spoken.some(({ value }) => value === facts.language)
    ? []
    : [{ value: facts.language, label: facts.language }];
  return (
    <Card className={styles.panel}>
      <h2>{text('account.profile')}</h2>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={text('account.email')}
          hint={text('account.email.fixed')}
          value={me.email}
          readOnly
          autoComplete="username"
          dir="ltr"
        />
        <div className={styles.pair}>
          {(['given_name', 'family_name'] as const).map((field) => (
            <TextField
              key={field}
              label={text(`account.${field}`)}
              autoComplete={field === 'given_name' ? 'given-name' : 'family-name'}
              maxLength={100}
              value={facts[field]}
              onChange={(event) => set(field, event.target.value)}
              error={errors[field]}
            />
          ))}
        </div>
        <TextField
          label={text('account.phone')}
          hint={text('account.phone.hint')}
          type="tel"
          autoComplete="tel"
          dir="ltr"
          maxLength={32}
          value={facts.phone}
          onChange={(event) => set('phone', event.target.value)}
          error={errors.phone}
        />
        <SelectField
          label={text('account.language')}
          value={facts.language}
          onChange={(event) => set('language', event.target.value)}
          options={[...other, ...spoken]}
        />
        {error && <ProblemNotice error={error} />}
        <div className={styles.actions}>
          <Button type="submit" variant="primary" busy={busy}>
            {text('account.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
