import { TextField } from '@wayfare/shared/ui';
import { useText } from '../text';

interface CodeFieldProps {
  hint: string;
  /** Digits alone: no recovery code is meant. */
  numeric?: boolean;
  autoFocus?: boolean;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

/** A code of the authenticator app. */
export function CodeField({ numeric, onChange, ...rest }: CodeFieldProps) {
  const text = useText();
  return (
    <TextField
      {...rest}
      label={text('account.code')}
      autoComplete="one-time-code"
      inputMode={numeric ? 'numeric' : undefined}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      dir="ltr"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
