import { useId } from 'react';
import { useFormat } from '../format';
import { useSharedText } from '../i18n';
import { IconButton } from './Button';
import styles from './Stepper.module.css';

interface StepperProps {
  label: string;
  hint?: string;
  value: number;
  min?: number;
  max: number;
  onChange: (value: number) => void;
}

/** A small number that is made larger or smaller by one. */
export function Stepper({ label, hint, value, min = 0, max, onChange }: StepperProps) {
  const id = useId();
  const text = useSharedText();
  const format = useFormat();
  return (
    <div className={styles.row} role="group" aria-labelledby={id}>
      <span id={id}>
        <span className={styles.label}>{label}</span>
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
      <IconButton
        icon="minus"
        label={text('ui.fewer', { what: label })}
        disabled={value <= min}
        onClick={() => onChange(value - 1)}
        className={styles.step}
      />
      <output className={styles.value} aria-live="polite">
        {format.number(value)}
      </output>
      <IconButton
        icon="plus"
        label={text('ui.more', { what: label })}
        disabled={value >= max}
        onClick={() => onChange(value + 1)}
        className={styles.step}
      />
    </div>
  );
}
