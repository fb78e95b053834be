import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, wrongFields } from '@wayfare/shared/api';
import { Button, Notice, ProblemNotice, TextField, toast, useFieldErrors } from '@wayfare/shared/ui';
import { Dialog } from '@wayfare/shared/ui/Overlay';
import { useId, useState, type SyntheticEvent } from 'react';
import { changed, shown, type Booking, type Passenger } from '../queries';
import { useText } from '../text';
import styles from './Booking.module.css';

interface RenameDialogProps {
  booking: Booking;
  passenger: Passenger;
  onClose: () => void;
}

const FIELDS = ['given_name', 'family_name'] as const;

/** Another name on the tickets of one passenger. */
export default function RenameDialog({ booking, passenger, onClose }: RenameDialogProps) {
  const text = useText();
  const client = useQueryClient();
  const id = useId();
  const [names, setNames] = useState({
    given_name: passenger.given_name,
    family_name: passenger.family_name,
  });
  const { form, errors, setErrors } = useFieldErrors<(typeof FIELDS)[number]>();
  const rename = useMutation({
    mutationFn: () => {
      const { params, headers } = shown(booking.locator);
      const path = { ...params.path, number: passenger.passenger };
      const call = api.PATCH('/v1/bookings/{locator}/passengers/{number}', {
        params: { path },
        headers,
        body: names,
      });
      return ask(call);
    },
    onSuccess: async (after) => {
      await changed(client, after);
      toast(text('trips.rename.done'), { tone: 'good' });
      onClose();
    },
    onError: (error) => {
      const wrong = wrongFields(error).map((field) => field.split('.').at(-1));
      setErrors(
        Object.fromEntries(
          FIELDS.filter((field) => wrong.includes(field)).map((field) => [field, text('trips.rename.wrong')]),
        ),
      );
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const empty = FIELDS.filter((field) => names[field].trim() === '');
    setErrors(Object.fromEntries(empty.map((field) => [field, text('trips.rename.wrong')])));
    if (empty.length === 0) rename.mutate();
  };

  return (
    <Dialog
      title={text('trips.rename')}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{text('trips.keep')}</Button>
          <Button variant="primary" type="submit" form={id} busy={rename.isPending}>
            {text('trips.rename.action')}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} className={styles.form} onSubmit={submit} noValidate>
        {booking.tickets.length > 0 && <Notice>{text('trips.rename.text')}</Notice>}
        {FIELDS.map((field) => (
          <TextField
            key={field}
            label={text(`trips.${field}`)}
            value={names[field]}
            onChange={(event) => setNames({ ...names, [field]: event.target.value })}
            error={errors[field]}
            autoComplete="off"
            maxLength={100}
          />
        ))}
        {rename.error && Object.keys(errors).length === 0 && (
          <ProblemNotice error={rename.error} own={{ name_not_changeable: text('trips.rename.refused') }} />
        )}
      </form>
    </Dialog>
  );
}
