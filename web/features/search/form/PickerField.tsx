import { Icon, type IconName } from '@wayfare/shared/ui';
import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import styles from './Form.module.css';

interface PickerFieldProps {
  icon: IconName;
  label: string;
  value: string;
  /** Brings the picker's code, as soon as somebody comes near. */
  load: () => unknown;
  picker: (anchor: RefObject<HTMLButtonElement | null>, close: () => void) => ReactNode;
}

/** A field that shows what was chosen, and opens where it is chosen. */
export function PickerField({ icon, label, value, load, picker }: PickerFieldProps) {
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
        onPointerEnter={load}
        onFocus={load}
      >
        <Icon name={icon} />
        <span className={styles.words}>
          <span className={styles.label}>{label}</span>
          <span className={styles.value}>{value}</span>
        </span>
      </button>
      {open && <Suspense>{picker(field, () => setOpen(false))}</Suspense>}
    </div>
  );
}
