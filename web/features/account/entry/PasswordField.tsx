import { Checkbox, TextField } from '@wayfare/shared/ui';
import { useState } from 'react';
import styles from '../Account.module.css';
import { PASSWORD } from '../fields';
import { useText } from '../text';

interface PasswordFieldProps {
  label: string;
  autoComplete: 'current-password' | 'new-password';
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

/** A password, which may be looked at: typing it twice finds fewer mistakes. */
export function PasswordField({ label, autoComplete, value, onChange, error }: PasswordFieldProps) {
  const text = useText();
  const [seen, setSeen] = useState(false);
  const fresh = autoComplete === 'new-password';
  return (
    <div className={styles.password}>
      <TextField
        label={label}
        hint={fresh ? text('account.password.hint', { min: PASSWORD.min }) : undefined}
        type={seen ? 'text' : 'password'}
        name={autoComplete}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
        maxLength={fresh ? PASSWORD.max : 1024}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={error}
      />
      <Checkbox checked={seen} onChange={(event) => setSeen(event.target.checked)}>
        {text('account.password.show')}
      </Checkbox>
    </div>
  );
}
