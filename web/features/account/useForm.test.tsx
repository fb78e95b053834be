import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Problem } from '@wayfare/shared/api';
import { TextField } from '@wayfare/shared/ui';
import { useState } from 'react';
import { need } from '@wayfare/shared/i18n';
import { beforeAll, expect, it, vi } from 'vitest';
import { failing, isEmail } from './fields';
import account from './pages';
import { useForm } from './useForm';

const send = vi.fn<() => Promise<string>>();
const done = vi.fn();

function Registration() {
  const [email, setEmail] = useState('');
  const { form, errors, submit, error } = useForm({
    check: () => failing({ email: isEmail(email) }),
    send,
    done,
  });
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <TextField
        label="address"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={errors.email}
      />
      <TextField label="password" error={errors.password} />
      {error && <p role="alert">{error.message}</p>}
      <button type="submit">go</button>
    </form>
  );
}

beforeAll(() => need(account.catalogue));

const show = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Registration />
    </QueryClientProvider>,
  );

it('says what is wrong beside the field, and puts the focus there, before anything is sent', async () => {
  show();
  await userEvent.click(screen.getByRole('button'));
  const field = screen.getByLabelText('address');
  expect(document.activeElement).toBe(field);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toContain(
    'Enter an e-mail address',
  );
  expect(send).not.toHaveBeenCalled();
});

it('puts what the server finds wrong where it belongs', async () => {
  show();
  await userEvent.type(screen.getByLabelText('address'), 'ada@example.org');
  const errors = [{ field: 'password', message: 'one of the first that are guessed' }];
  send.mockRejectedValueOnce(new Problem('validation_failed', 422, 'no', { errors }));
  await userEvent.click(screen.getByRole('button'));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('password')));
  expect(screen.queryByRole('alert')).toBeNull();
  send.mockRejectedValueOnce(new Problem('unavailable', 503, 'busy'));
  await userEvent.click(screen.getByRole('button'));
  expect((await screen.findByRole('alert')).textContent).toContain('busy');
  send.mockResolvedValueOnce('sent');
  await userEvent.click(screen.getByRole('button'));
  await waitFor(() => expect(done).toHaveBeenCalled());
});
