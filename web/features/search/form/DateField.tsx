import { useFormat } from '@wayfare/shared/format';
import type { TripSearch } from '@wayfare/shared/trips';
import { Icon } from '@wayfare/shared/ui';
import { lazy, Suspense, useRef, useState } from 'react';
import { useText } from '../text';
import styles from './Form.module.css';

const load = () => import('./DatePicker');
const DatePicker = lazy(load);

interface DateFieldProps {
  value: string;
  onChange: (day: string) => void;
  /** What prices of other days are asked for; null until it is known from where to where. */
  search: TripSearch | null;
}

export function DateField({ value, onChange, search }: DateFieldProps) {
  const text = useText();
  const format = useFormat();
  const field = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.cell}>
      <button
        ref={field}
        type="button"
        className={styles.field}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
      >
        <Icon name="calendar" />
        <span className={styles.words}>
          <span className={styles.label}>{text('search.date')}</span>
          <span className={styles.value}>{format.day(value)}</span>
        </span>
      </button>
      {open && (
        <Suspense>
          <DatePicker
            anchor={field}
            value={value}
            search={search}
            onClose={() => setOpen(false)}
            onChoose={(day) => {
              setOpen(false);
              onChange(day);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
