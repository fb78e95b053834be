import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { today } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { CATEGORIES } from '@wayfare/shared/trips';
import { Button, Checkbox, ProblemNotice, SelectField, TextField } from '@wayfare/shared/ui';
import { Sheet } from '@wayfare/shared/ui/Overlay';
import { useId, useState } from 'react';
import styles from '../Account.module.css';
import { travellersQuery, type Traveller } from '../queries';
import { useText } from '../text';
import { useForm } from '../useForm';
import { bodyOf, check, DOCUMENTS, factsOf, SEATS, type Facts } from './facts';

interface TravellerSheetProps {
  /** Null: somebody new. */
  traveller: Traveller | null;
  onClose: () => void;
}

export default function TravellerSheet({ traveller, onClose }: TravellerSheetProps) {
  const text = useText();
  const id = useId();
  const client = useQueryClient();
  const [facts, setFacts] = useState(() => factsOf(traveller));
  const { form, errors, submit, busy, error } = useForm({
    check: () => check(facts, today()),
    send: () => {
      const body = bodyOf(facts, traveller);
      if (!traveller) return ask(api.POST('/v1/me/travellers', { body }));
      const params = { path: { traveller_id: traveller.traveller_id } };
      return ask(api.PUT('/v1/me/travellers/{traveller_id}', { params, body }));
    },
    done: async () => {
      await client.invalidateQueries({ queryKey: travellersQuery.queryKey });
      onClose();
    },
  });
  const name = traveller ? `${traveller.given_name} ${traveller.family_name}` : '';
  return (
    <Sheet
      title={traveller ? text('account.travellers.change', { name }) : text('account.travellers.add')}
      open
      tall
      onClose={onClose}
      footer={
        <Button variant="primary" type="submit" form={id} wide busy={busy}>
          {text('account.save')}
        </Button>
      }
    >
      <form id={id} ref={form} className={styles.form} onSubmit={submit} noValidate>
        <PersonFields facts={facts} onChange={setFacts} errors={errors} />
        <DocumentFields facts={facts} onChange={setFacts} errors={errors} />
        <Wishes facts={facts} onChange={setFacts} errors={errors} />
        {error && <ProblemNotice error={error} />}
      </form>
    </Sheet>
  );
}

interface FieldsProps {
  facts: Facts;
  onChange: (facts: Facts) => void;
  errors: Partial<Record<string, string>>;
}

function PersonFields({ facts, onChange, errors }: FieldsProps) {
  const text = useText();
  const shared = useSharedText();
  return (
    <>
      {(['given_name', 'family_name'] as const).map((field) => (
        <TextField
          key={field}
          label={text(`account.${field}`)}
          hint={field === 'given_name' ? text('account.name.hint') : undefined}
          autoComplete={field === 'given_name' ? 'given-name' : 'family-name'}
          maxLength={100}
          value={facts[field]}
          onChange={(event) => onChange({ ...facts, [field]: event.target.value })}
          error={errors[field]}
        />
      ))}
      <SelectField
        label={text('account.category')}
        value={facts.category}
        onChange={(event) => {
          const category = CATEGORIES.find((one) => one === event.target.value) ?? 'adult';
          onChange({ ...facts, category });
        }}
        options={CATEGORIES.map((value) => ({ value, label: shared(`category.one.${value}`) }))}
      />
      <TextField
        label={text('account.birth_date')}
        type="date"
        autoComplete="bday"
        min="1900-01-01"
        max={today()}
        value={facts.birth_date}
        onChange={(event) => onChange({ ...facts, birth_date: event.target.value })}
        error={errors.birth_date}
      />
    </>
  );
}

function DocumentFields({ facts, onChange, errors }: FieldsProps) {
  const text = useText();
  return (
    <fieldset className={styles.form}>
      <legend className={styles.legend}>{text('account.document')}</legend>
      <SelectField
        label={text('account.document.kind')}
        value={facts.document}
        onChange={(event) => {
          const document = DOCUMENTS.find((kind) => kind === event.target.value) ?? 'none';
          onChange({ ...facts, document });
        }}
        options={DOCUMENTS.map((value) => ({ value, label: text(`account.document.${value}`) }))}
      />
      {facts.document !== 'none' && (
        <>
          <TextField
            label={text('account.document.number')}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            dir="ltr"
            maxLength={30}
            value={facts.number}
            onChange={(event) => onChange({ ...facts, number: event.target.value })}
            error={errors['document.number']}
          />
          <TextField
            label={text('account.document.country')}
            hint={text('account.document.country.hint')}
            autoComplete="country"
            autoCapitalize="characters"
            dir="ltr"
            maxLength={2}
            value={facts.country}
            onChange={(event) => onChange({ ...facts, country: event.target.value.toUpperCase() })}
            error={errors['document.country']}
          />
          <TextField
            label={text('account.document.expires')}
            type="date"
            autoComplete="off"
            value={facts.expires_on}
            onChange={(event) => onChange({ ...facts, expires_on: event.target.value })}
            error={errors['document.expires_on']}
          />
        </>
      )}
    </fieldset>
  );
}

function Wishes({ facts, onChange }: FieldsProps) {
  const text = useText();
  return (
    <fieldset className={styles.form}>
      <legend className={styles.legend}>{text('account.wishes')}</legend>
      <SelectField
        label={text('account.seat')}
        value={facts.seat}
        onChange={(event) => {
          const seat = SEATS.find((one) => one === event.target.value) ?? 'any';
          onChange({ ...facts, seat });
        }}
        options={SEATS.map((value) => ({ value, label: text(`account.seat.${value}`) }))}
      />
      <Checkbox
        checked={facts.accessible}
        onChange={(event) => onChange({ ...facts, accessible: event.target.checked })}
      >
        {text('account.accessible')}
      </Checkbox>
    </fieldset>
  );
}
