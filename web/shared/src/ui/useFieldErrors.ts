import { useEffect, useRef, useState, type RefObject } from 'react';

interface FieldErrors<Field extends string> {
  /** Of the form whose fields are meant. */
  form: RefObject<HTMLFormElement | null>;
  /** What is wrong, by field. */
  errors: Partial<Record<Field, string>>;
  setErrors: (errors: Partial<Record<Field, string>>) => void;
}

/** What is wrong with the fields of a form; the first wrong one takes the focus. */
export function useFieldErrors<Field extends string>(): FieldErrors<Field> {
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Partial<Record<Field, string>>>({});
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [errors]);
  return { form, errors, setErrors };
}
