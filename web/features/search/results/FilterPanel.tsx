import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import type { Mode } from '@wayfare/shared/trips';
import { MODES } from '@wayfare/shared/trips';
import { Button, Checkbox } from '@wayfare/shared/ui';
import { useId } from 'react';
import { useText } from '../text';
import styles from './FilterPanel.module.css';
import { BANDS, countFilters, NO_FILTERS, type Band, type Facets, type Filters } from './filters';

export interface FilterPanelProps {
  filters: Filters;
  facets: Facets;
  modes: readonly Mode[];
  onChange: (filters: Filters) => void;
  onModes: (modes: Mode[]) => void;
}

const toggled = <T,>(list: readonly T[], item: T, on: boolean): T[] =>
  on ? [...list, item] : list.filter((other) => other !== item);

/** What leaves trips out. Counts are those of all trips of the day. */
export function FilterPanel({ filters, facets, modes, onChange, onModes }: FilterPanelProps) {
  const text = useText();
  const shared = useSharedText();
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  return (
    <div className={styles.panel}>
      <Bands filters={filters} facets={facets} set={set} />
      {facets.transfers.length > 0 && (
        <fieldset>
          <legend>{text('results.filter.changes')}</legend>
          {facets.transfers.map(({ most, count }) => (
            <Checkbox
              key={most}
              aside={count}
              checked={filters.transfers === most}
              onChange={(event) => set({ transfers: event.target.checked ? most : null })}
            >
              {most === 0 ? text('results.filter.direct') : text('results.filter.most', { count: most })}
            </Checkbox>
          ))}
        </fieldset>
      )}
      <fieldset>
        <legend>{text('results.filter.modes')}</legend>
        {MODES.map((mode) => (
          <Checkbox
            key={mode}
            checked={modes.includes(mode)}
            onChange={(event) => onModes(toggled(modes, mode, event.target.checked))}
          >
            {shared(`mode.${mode}`)}
          </Checkbox>
        ))}
      </fieldset>
      {facets.operators.length > 1 && (
        <fieldset>
          <legend>{text('results.filter.operators')}</legend>
          {facets.operators.map(({ id, name, count }) => (
            <Checkbox
              key={id}
              aside={count}
              checked={filters.operators.includes(id)}
              onChange={(event) => set({ operators: toggled(filters.operators, id, event.target.checked) })}
            >
              {name}
            </Checkbox>
          ))}
        </fieldset>
      )}
      {facets.price && facets.price.low < facets.price.high && (
        <PriceLimit range={facets.price} value={filters.price} onChange={(price) => set({ price })} />
      )}
      {countFilters(filters) > 0 && (
        <Button variant="quiet" size="small" icon="close" onClick={() => set(NO_FILTERS)}>
          {text('results.filter.clear')}
        </Button>
      )}
    </div>
  );
}

interface BandsProps {
  filters: Filters;
  facets: Facets;
  set: (change: Partial<Filters>) => void;
}

function Bands({ filters, facets, set }: BandsProps) {
  const text = useText();
  return (
    <fieldset>
      <legend>{text('results.filter.time')}</legend>
      {(Object.keys(BANDS) as Band[]).map((band) => (
        <Checkbox
          key={band}
          aside={facets.bands[band]}
          disabled={facets.bands[band] === 0 && !filters.bands.includes(band)}
          checked={filters.bands.includes(band)}
          onChange={(event) => set({ bands: toggled(filters.bands, band, event.target.checked) })}
        >
          {text(`results.filter.time.${band}`)}
        </Checkbox>
      ))}
    </fieldset>
  );
}

interface PriceLimitProps {
  range: { low: number; high: number; currency: string };
  value: number | null;
  onChange: (price: number | null) => void;
}

function PriceLimit({ range, value, onChange }: PriceLimitProps) {
  const text = useText();
  const format = useFormat();
  const id = useId();
  const shown = Math.min(value ?? range.high, range.high);
  const amount = format.money({ amount: String(shown), currency: range.currency }, true);
  return (
    <div className={styles.price}>
      <label htmlFor={id}>{text('results.filter.price', { amount })}</label>
      <input
        id={id}
        type="range"
        min={range.low}
        max={range.high}
        value={shown}
        aria-valuetext={amount}
        onChange={(event) => {
          const next = Number(event.target.value);
          onChange(next >= range.high ? null : next);
        }}
      />
    </div>
  );
}
