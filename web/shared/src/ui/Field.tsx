import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from 'react';
import { cx } from './classes';
import styles from './Field.module.css';
import { Icon } from './Icon';

interface Around {
  label: string;
  /** Said before anything is wrong. */
  hint?: string;
  /** What is wrong, in one sentence that says how to mend it. */
  error?: string | null;
}

interface Wired {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Label, hint and error around one control; `children` is given what ties them together. */
export function Field({ label, hint, error, children }: Around & { children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const about = error ? `${id}e` : hint ? `${id}h` : undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={`${id}e`} className={styles.error}>
          <Icon name="warning" size={16} />
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}h`} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

export interface TextFieldProps extends Around, InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => <input type="text" {...rest} {...wired} className={cx(styles.control, className)} />}
    </Field>
  );
}

export interface SelectFieldProps extends Around, SelectHTMLAttributes<HTMLSelectElement> {
  options: readonly { value: string; label: string }[];
}

export function SelectField({ label, hint, error, options, className, ...rest }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <select {...rest} {...wired} className={cx(styles.control, styles.select, className)}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  children: ReactNode;
  /** At the end of the line: how many there are, what it costs. */
  aside?: ReactNode;
}

export function Checkbox({ children, aside, className, ...rest }: CheckboxProps) {
  return (
    <label className={cx(styles.check, className)}>
      <input type="checkbox" {...rest} />
      <span>{children}</span>
      {aside !== undefined && <span className={styles.aside}>{aside}</span>}
    </label>
  );
}

interface ChoiceProps<T extends string> {
  /** What is chosen: the name of the group. */
  label: string;
  hideLabel?: boolean;
  options: readonly { value: T; label: ReactNode }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, all in sight: radio buttons in a row. */
export function Choice<T extends string>({ label, hideLabel, options, value, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.field}>
      <legend className={hideLabel ? 'visually-hidden' : styles.label}>{label}</legend>
      <div className={styles.choice}>
        {options.map((option) => (
          <label key={option.value} className={styles.option}>
            <input
              type="radio"
              name={name}
              className="visually-hidden"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
