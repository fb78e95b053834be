import { today } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { links, useGo } from '@wayfare/shared/pages';
import { MODES, type Mode, type Party, type TripSearch } from '@wayfare/shared/trips';
import { Button, cx, Icon, IconButton } from '@wayfare/shared/ui';
import { useState, type SubmitEvent } from 'react';
import { useText } from '../text';
import { DateField } from './DateField';
import styles from './Form.module.css';
import { PartyField } from './PartyField';
import { PlaceField } from './PlaceField';
import { rememberPlaces, type ChosenPlace } from './places';

interface SearchFormProps {
  /** What is known of the search already; the names of its places may come later. */
  from?: ChosenPlace | null;
  to?: ChosenPlace | null;
  search?: TripSearch | null;
  /** In one line, above results. */
  compact?: boolean;
}

/** From, to, when, who and by what. Submitting leads to the results; nothing else changes the address. */
export function SearchForm({ search, compact, ...known }: SearchFormProps) {
  const text = useText();
  const go = useGo();
  const [from, setFrom] = useState(known.from ?? null);
  const [to, setTo] = useState(known.to ?? null);
  const [date, setDate] = useState(() => latest(search?.date, today()));
  const [party, setParty] = useState<Party>(search?.party ?? { adult: 1 });
  const [modes, setModes] = useState<readonly Mode[]>(search?.modes ?? []);
  const [asked, setAsked] = useState(false);

  const same = from !== null && from.id === to?.id;
  const wanted = from && to && !same ? { from: from.id, to: to.id, date, party, modes } : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!wanted || !from || !to) return;
    rememberPlaces(from, to);
    go(links.results(wanted));
  };

  return (
    <form onSubmit={submit} noValidate className={cx(styles.form, compact && styles.compact)} role="search">
      <div className={styles.fields}>
        <div className={styles.places}>
          <PlaceField
            side="from"
            value={from}
            onChange={setFrom}
            error={asked && !from ? text('search.from.missing') : null}
          />
          <IconButton
            icon="swap"
            label={text('search.swap')}
            className={styles.swap}
            onClick={() => {
              setFrom(to);
              setTo(from);
            }}
          />
          <PlaceField
            side="to"
            value={to}
            onChange={setTo}
            error={asked && !to ? text('search.to.missing') : asked && same ? text('search.to.same') : null}
          />
        </div>
        <DateField value={date} onChange={setDate} search={wanted} />
        <PartyField value={party} onChange={setParty} />
        <Button type="submit" variant="primary" size="large" icon="search" className={styles.submit}>
          {text('search.submit')}
        </Button>
      </div>
      {!compact && <ModeToggles value={modes} onChange={setModes} />}
    </form>
  );
}

/** The later of two days: a search of last week is not made again for last week. */
const latest = (day: string | undefined, other: string) => (day && day > other ? day : other);

/** None chosen means any. */
export function ModeToggles({
  value,
  onChange,
}: {
  value: readonly Mode[];
  onChange: (modes: Mode[]) => void;
}) {
  const text = useText();
  const shared = useSharedText();
  return (
    <fieldset className={styles.modes}>
      <legend className={styles.legend}>{text('search.modes')}</legend>
      {MODES.map((mode) => (
        <label key={mode} className={styles.mode}>
          <input
            type="checkbox"
            className="visually-hidden"
            checked={value.includes(mode)}
            onChange={(event) =>
              onChange(
                MODES.filter((other) => (other === mode ? event.target.checked : value.includes(other))),
              )
            }
          />
          <span>
            <Icon name={mode} size={18} />
            {shared(`mode.${mode}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
