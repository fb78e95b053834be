import { useMutation } from '@tanstack/react-query';
import { useFieldErrors } from '@wayfare/shared/ui';
import type { SyntheticEvent } from 'react';
import { wrongAt, type Field, type Wrong } from './fields';
import { useText } from './text';

interface FormSteps<Answer> {
  /** What is wrong before anything is sent. */
  check: () => Wrong;
  send: () => Promise<Answer>;
  done: (answer: Answer) => unknown;
}

/** A form: checked here, then by the server; what is wrong stands beside its field, and the first one has the focus. */
export function useForm<Answer>({ check, send, done }: FormSteps<Answer>) {
  const text = useText();
  const { form, errors, setErrors } = useFieldErrors<Field>();
  const say = (wrong: Wrong) =>
    setErrors(Object.fromEntries(Object.entries(wrong).map(([field, key]) => [field, text(key)])));
  const sending = useMutation({
    mutationFn: send,
    onSuccess: done,
    onError: (error) => say(wrongAt(error)),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = check();
    say(found);
    if (Object.keys(found).length === 0) sending.mutate();
    else sending.reset();
  };
  return {
    form,
    errors,
    submit,
    busy: sending.isPending,
    sent: sending.isSuccess,
    /** What is wrong with none of the fields. */
    error: Object.keys(errors).length > 0 ? null : sending.error,
  };
}
