import { Icon } from '@wayfare/shared/ui';
import { lazy, Suspense, useRef, useState, type KeyboardEvent } from 'react';
import { useText } from '../text';
import styles from './Form.module.css';
import type { ChosenPlace } from './places';

const load = () => import('./PlacePicker');
const PlacePicker = lazy(load);

interface PlaceFieldProps {
  side: 'from' | 'to';
  value: ChosenPlace | null;
  onChange: (place: ChosenPlace) => void;
  error?: string | null;
}

/** Opens the picker of places. Typing opens it as well, and what is typed until it is there is not lost. */
export function PlaceField({ side, value, onChange, error }: PlaceFieldProps) {
  const text = useText();
  const field = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const open = typed !== null;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { key } = event;
    setTyped((before) => (before ?? '') + key);
  };

  return (
    <div className={styles.cell}>
      <button
        ref={field}
        type="button"
        className={styles.field}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-describedby={error ? `${side}-error` : undefined}
        data-invalid={error ? '' : undefined}
        onClick={() => setTyped('')}
        onKeyDown={onKeyDown}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
      >
        <Icon name={side === 'from' ? 'target' : 'pin'} />
        <span className={styles.words}>
          <span className={styles.label}>{text(`search.${side}`)}</span>
          <span className={value ? styles.value : styles.placeholder}>
            {value?.name ?? text(`search.${side}.placeholder`)}
          </span>
        </span>
      </button>
      {error && (
        <p id={`${side}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
      {open && (
        <Suspense>
          <PlacePicker
            title={text(`search.${side}.placeholder`)}
            anchor={field}
            typed={typed}
            onType={setTyped}
            onClose={() => setTyped(null)}
            onChoose={(place) => {
              setTyped(null);
              onChange(place);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
