import { act, cleanup, configure, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { chooseLocale } from '@wayfare/shared/i18n';
import { noteAway } from '@wayfare/shared/payment';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { show } from '../../tests/render';
import { fakeStripe } from '../../tests/stripe';
import { begin, noteSent, openAttempt } from './attempt';
import CheckoutPage from './CheckoutPage';
import feature from './pages';

/** In the place of the network, and of what Stripe's script gives. */
const { fetched, loadStripe } = vi.hoisted(() => {
  const answered = vi.fn<(request: Request) => Promise<Response>>();
  vi.stubGlobal('fetch', answered);
  return { fetched: answered, loadStripe: vi.fn() };
});
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });
vi.mock('@stripe/stripe-js/pure', () => ({ loadStripe }));

const choice = { from: 'b', to: 'm', date: '2999-12-01', passengers: 'adult:1', time: '08:00', trip: 't1' };
const HERE = `/checkout?${decodeURIComponent(new URLSearchParams({ ...choice, hold: 'h1' }).toString())}`;
const hold = {
  hold_id: 'h1',
  state: 'held',
  expires_at: '2999-12-01T08:10:00Z',
  price: { amount: '59.90', currency: 'EUR' },
  legs: [],
};
const stripeCard = {
  method: 'card',
  gateway: 'stripe',
  redirects: true,
  token: null,
  publishable_key: 'pk_test_1',
  test_cards: [],
};
const played = {
  ...stripeCard,
  gateway: 'simulated',
  publishable_key: null,
  test_cards: [{ token: 'tok_approved', outcome: 'authorised', about: '' }],
};
const paypal = {
  ...stripeCard,
  method: 'paypal',
  gateway: 'paypal',
  token: 'approval',
  publishable_key: null,
};
const booked = {
  status: 'confirmed',
  locator: 'ABC234',
  access_token: 't',
  access_token_expires_at: '2999-01-01T00:00:00Z',
};
const declined = { code: 'payment_declined', title: 'Declined', status: 402, reason: 'card_declined' };

const FILLED_IN = {
  people: [{ given_name: 'Ada', family_name: 'Lovelace' }],
  email: 'ada@example.org',
  phone: null,
};

interface Sent {
  key: string | null;
  payment: { method: string; token: string };
}
let sent: Sent[] = [];
let stripe = fakeStripe();

/** Whatever is under way has its turn. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

/** The server: these ways to pay, and these answers to bookings, one after another. */
function serve(methods: object[], ...answers: [number, object][]) {
  fetched.mockImplementation(async (request) => {
    const { pathname } = new URL(request.url);
    await soon(); // no network answers at once
    if (pathname === '/v1/payment-methods') return Response.json({ methods });
    if (pathname === '/v1/holds/h1') return Response.json(hold);
    if (pathname !== '/v1/bookings') return Response.json({ code: 'not_found' }, { status: 404 });
    const body = (await request.json()) as Pick<Sent, 'payment'>;
    sent.push({ key: request.headers.get('idempotency-key'), payment: body.payment });
    const [status, answer] = answers.shift() ?? [503, { code: 'unavailable' }];
    return Response.json(answer, { status });
  });
}

const pay = () => screen.getByRole('button', { name: /^Pay/ });
const scripts = () => [...document.querySelectorAll('script')].filter(({ src }) => src.includes('stripe'));
const ready = () => waitFor(() => expect(screen.getByText(/handles payments for us/)).toBeTruthy());

beforeEach(() => {
  sessionStorage.clear();
  sessionStorage.setItem('wayfare.checkout', JSON.stringify(FILLED_IN));
  localStorage.clear();
  sent = [];
  stripe = fakeStripe();
  loadStripe.mockReset();
  loadStripe.mockImplementation(() => Promise.resolve(stripe.stripe));
});

afterEach(async () => {
  await act(() => chooseLocale('en'));
});

describe('paying by card', () => {
  it('sends the token of the card fields, and nothing of the card', async () => {
    serve([stripeCard], [201, booked]);
    const address = await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    expect(screen.queryByRole('radio')).toBeNull();
    expect(loadStripe.mock.calls).toEqual([['pk_test_1']]);
    expect(stripe.open.mock.calls[0]?.[0]).toMatchObject({
      mode: 'payment',
      amount: 5990,
      currency: 'eur',
      locale: 'en-GB',
      paymentMethodCreation: 'manual',
      allowedPaymentMethodTypes: ['card'],
    });
    await userEvent.dblClick(pay());
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sent.map(({ payment }) => payment)).toEqual([{ method: 'card', token: 'pm_1', cardholder: '' }]);
    expect(stripe.createPaymentMethod).toHaveBeenCalledOnce();
  });

  it('stays where something is missing in the fields, and leads there', async () => {
    serve([stripeCard]);
    stripe.elements.submit.mockResolvedValue({ error: { type: 'validation_error' } });
    await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    await userEvent.click(pay());
    await waitFor(() => expect(stripe.element.focus).toHaveBeenCalled());
    expect(stripe.createPaymentMethod).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  it('tells what is wrong with a card in Stripe’s words, until another number is typed', async () => {
    serve([stripeCard]);
    stripe.createPaymentMethod.mockResolvedValue({ error: { type: 'card_error', message: 'Not a number.' } });
    await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    await userEvent.click(pay());
    expect((await screen.findByRole('alert')).textContent).toBe('Not a number.');
    act(() => stripe.tell('change'));
    expect(screen.queryByRole('alert')).toBeNull();
    stripe.createPaymentMethod.mockResolvedValue({ error: { type: 'api_connection_error', message: 'x' } });
    await userEvent.click(pay());
    expect((await screen.findByRole('alert')).textContent).toContain('nothing was charged');
    expect(sent).toEqual([]);
  });

  it('asks for another card where the bank declines it, under another key', async () => {
    serve([stripeCard], [402, declined], [201, booked]);
    const address = await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    await userEvent.click(pay());
    expect((await screen.findByText('The payment was declined')).textContent).toBeTruthy();
    await ready();
    expect(stripe.open).toHaveBeenCalledTimes(2); // empty fields
    await userEvent.click(pay());
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sent.map(({ payment }) => payment.token)).toEqual(['pm_1', 'pm_2']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it('sends the same card under the same key where no answer came', async () => {
    serve([stripeCard], [503, { code: 'unavailable' }], [201, booked]);
    const address = await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    await userEvent.click(pay());
    await userEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('books nothing for who has left before the card was checked', async () => {
    serve([stripeCard], [201, booked]);
    let check = (_: { paymentMethod: { id: string } }) => {};
    stripe.createPaymentMethod.mockImplementation(() => new Promise((resolve) => (check = resolve)));
    await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    await userEvent.click(pay());
    await waitFor(() => expect(stripe.createPaymentMethod).toHaveBeenCalled());
    cleanup();
    await act(async () => {
      check({ paymentMethod: { id: 'pm_1' } });
      await soon();
    });
    expect(openAttempt()).toBeNull();
    expect(sent).toEqual([]);
    expect(stripe.element.destroy).toHaveBeenCalled();
  });

  it('says that the fields cannot be loaded, and tries again', async () => {
    serve([stripeCard]);
    loadStripe.mockRejectedValueOnce(new Error('Failed to load Stripe.js'));
    await show(<CheckoutPage />, feature.catalogue, HERE);
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded');
    await userEvent.click(pay());
    expect(document.activeElement?.textContent).toBe('Try again');
    expect(sent).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await ready();
    expect(screen.queryByRole('alert')).toBeNull();
    act(() => stripe.tell('loaderror')); // the script came, its frames did not
    expect(screen.getByRole('alert').textContent).toContain('js.stripe.com');
  });

  it('speaks the language of the page as far as Stripe knows it', async () => {
    serve([stripeCard]);
    await show(<CheckoutPage />, feature.catalogue, HERE);
    await ready();
    for (const [ours, theirs] of [
      ['de', 'de'],
      ['ar', 'ar'],
      ['hi', 'en-GB'],
    ] as const) {
      await act(() => chooseLocale(ours));
      expect(stripe.elements.update.mock.lastCall?.[0].locale).toBe(theirs);
    }
    expect(stripe.open).toHaveBeenCalledOnce(); // what was typed stays
  });

  it('is one way of several: loaded once it is picked, and what was typed outlives a look at another', async () => {
    serve([stripeCard, paypal], [201, booked]);
    const address = await show(<CheckoutPage />, feature.catalogue, HERE);
    const card = await screen.findByRole('radio', { name: /^Credit or debit card/ });
    expect(loadStripe).not.toHaveBeenCalled();
    await userEvent.click(card);
    await ready();
    await userEvent.click(screen.getByRole('radio', { name: /^PayPal/ }));
    expect(stripe.element.destroy).not.toHaveBeenCalled();
    await userEvent.click(pay());
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sent[0]?.payment).toMatchObject({ method: 'paypal', token: 'approval' });
  });
});

describe('the simulated gateway', () => {
  it('asks nothing of Stripe', async () => {
    serve([played], [201, booked]);
    const address = await show(<CheckoutPage />, feature.catalogue, HERE);
    await userEvent.click(await screen.findByRole('radio', { name: /^Test card/ }));
    await userEvent.click(pay());
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sent[0]?.payment.token).toBe('tok_approved');
    expect(loadStripe).not.toHaveBeenCalled();
    expect(scripts()).toEqual([]);
  });
});

describe('coming back from the bank', () => {
  const body = {
    hold_id: 'h1',
    passengers: [],
    contact: { email: 'ada@example.org' },
    payment: { method: 'card' as const, token: 'pm_1', cardholder: '' },
  };
  const BACK = '/checkout?payment_intent=pi_1&payment_intent_client_secret=secret&redirect_status=succeeded';

  it('goes on with the booking that was sent, and forgets what the bank put into the address', async () => {
    serve([stripeCard], [409, { code: 'payment_pending' }], [402, declined]);
    const { key } = noteSent(begin('h1', { ...choice, hold: 'h1' }, body));
    const address = await show(<CheckoutPage />, feature.catalogue, BACK);
    await waitFor(() => expect(address()).toBe(HERE));
    expect(await screen.findByText('The payment was declined')).toBeTruthy();
    expect(new Set(sent.map((one) => one.key))).toEqual(new Set([key]));
    await ready(); // for another card
  });

  it('goes to the booking whose change was paid for', async () => {
    serve([stripeCard]);
    noteAway('ABC234');
    const address = await show(<CheckoutPage />, feature.catalogue, BACK);
    await waitFor(() => expect(address()).toBe('/bookings/ABC234'));
    expect(sessionStorage.getItem('wayfare.away')).toBeNull();
  });
});
