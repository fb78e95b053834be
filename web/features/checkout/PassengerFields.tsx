import type { components } from '@wayfare/shared/api';
import { useFormat } from '@wayfare/shared/format';
import { useNames, type Category, type Hold } from '@wayfare/shared/trips';
import { Card, Icon, SelectField, TextField } from '@wayfare/shared/ui';
import styles from './Checkout.module.css';
import type { Person } from './draft';
import { useText } from './text';

type Traveller = components['schemas']['TravellerAnswer'];

interface PassengerFieldsProps {
  /** From 1. */
  number: number;
  category: Category;
  hold: Hold;
  value: Person;
  /** Saved ones of the category. */
  travellers: readonly Traveller[];
  errors: Partial<Record<string, string>>;
  onChange: (person: Person) => void;
}

/** Who has a seat: typed, or taken from the saved travellers. */
export function PassengerFields({
  number,
  category,
  hold,
  value,
  travellers,
  errors,
  onChange,
}: PassengerFieldsProps) {
  const text = useText();
  const format = useFormat();
  const names = useNames();
  const seats = hold.legs.flatMap(({ units }) =>
    units.filter(({ passenger }) => passenger === number).map((unit) => names.seat(unit)),
  );
  const saved = travellers.find(
    (one) => one.given_name === value.given_name && one.family_name === value.family_name,
  );
  const fill = (id: string) => {
    const traveller = travellers.find((one) => one.traveller_id === id);
    onChange({ given_name: traveller?.given_name ?? '', family_name: traveller?.family_name ?? '' });
  };
  const field = `passengers.${number - 1}`;
  return (
    <Card className={styles.card}>
      <fieldset className={styles.group}>
        <legend className={styles.legend}>{names.passenger(category, number)}</legend>
        <p className={styles.seat}>
          <Icon name="seat" size={18} />
          {format.list(seats)}
        </p>
        {travellers.length > 0 && (
          <SelectField
            label={text('checkout.traveller')}
            value={saved?.traveller_id ?? ''}
            onChange={(event) => fill(event.target.value)}
            options={[
              { value: '', label: text('checkout.traveller.new') },
              ...travellers.map((one) => ({
                value: one.traveller_id,
                label: text('checkout.name', { given: one.given_name, family: one.family_name }),
              })),
            ]}
          />
        )}
        <div className={styles.fields}>
          <TextField
            label={text('checkout.given')}
            error={errors[`${field}.given_name`]}
            autoComplete={number === 1 ? 'given-name' : 'off'}
            required
            value={value.given_name}
            onChange={(event) => onChange({ ...value, given_name: event.target.value })}
          />
          <TextField
            label={text('checkout.family')}
            error={errors[`${field}.family_name`]}
            autoComplete={number === 1 ? 'family-name' : 'off'}
            required
            value={value.family_name}
            onChange={(event) => onChange({ ...value, family_name: event.target.value })}
          />
        </div>
      </fieldset>
    </Card>
  );
}
