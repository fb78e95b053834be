import { QueryClient } from '@tanstack/react-query';
import { forgetBookings, remember, tokenOf } from '@wayfare/shared/session';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { bookingOf } from '../../tests/bookings';
import { fakeCaches } from '../../tests/caches';
import { passQuery } from './files';
import { barcodeQuery, bookingQuery, changed, isMoving } from './queries';

const LATER = '2999-01-01T00:00:00Z';
// Before the client is made, which keeps the fetch that it finds.
const answered = vi.hoisted(() => {
  const fetched = vi.fn<(request: Request) => Promise<Response>>();
  vi.stubGlobal('fetch', fetched);
  return fetched;
});
const client = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });
const look = () => client().query(bookingQuery('ABC234'));

beforeEach(() => {
  forgetBookings();
  answered.mockReset();
  vi.stubGlobal('caches', fakeCaches());
  remember('ABC234', 'guest-key', LATER);
});

describe('a booking', () => {
  it('is shown to a guest by its token', async () => {
    answered.mockResolvedValue(Response.json(bookingOf()));
    expect((await look()).booking.locator).toBe('ABC234');
    expect(answered.mock.calls[0]?.[0].headers.get('authorization')).toBe('Bearer guest-key');
  });

  it('is asked for once more without a token that is refused', async () => {
    answered.mockResolvedValueOnce(Response.json({ code: 'unauthenticated' }, { status: 401 }));
    answered.mockResolvedValueOnce(Response.json(bookingOf()));
    expect((await look()).old).toBe(false);
    expect(answered.mock.calls[1]?.[0].headers.has('authorization')).toBe(false);
    expect(tokenOf('ABC234')).toBeNull();
  });

  it('is as it was when there is no network', async () => {
    answered.mockResolvedValueOnce(Response.json(bookingOf()));
    await look();
    answered.mockRejectedValue(new TypeError('no network'));
    expect(await look()).toEqual({ booking: bookingOf(), old: true });
  });

  it('that was never seen cannot be shown without a network', async () => {
    answered.mockRejectedValue(new TypeError('no network'));
    await expect(look()).rejects.toMatchObject({ code: 'no_answer' });
  });

  it('is looked at again while something is under way', () => {
    const exchange = {
      exchange_id: 'x',
      state: 'pending' as const,
      fee: { amount: '0', currency: 'EUR' },
      paid: { amount: '0', currency: 'EUR' },
      refunded: { amount: '0', currency: 'EUR' },
      made_at: LATER,
      reason: null,
    };
    expect(isMoving(bookingOf())).toBe(false);
    expect(isMoving(bookingOf({ status: 'pending' }))).toBe(true);
    expect(isMoving(bookingOf({ exchanges: [exchange] }))).toBe(true);
  });
});

describe('a barcode', () => {
  const fetchCode = (ticket: string) => client().query(barcodeQuery('ABC234', 1, ticket));

  it('is fetched once, and shown without a network after', async () => {
    answered.mockResolvedValueOnce(new Response('<svg/>'));
    expect(await fetchCode('ABC234-1-1')).toBe('<svg/>');
    expect(await fetchCode('ABC234-1-1')).toBe('<svg/>');
    expect(answered).toHaveBeenCalledTimes(1);
  });

  it('is another one for a ticket that was issued anew', async () => {
    answered.mockResolvedValueOnce(new Response('<svg>1</svg>'));
    await fetchCode('ABC234-1-1');
    answered.mockResolvedValueOnce(new Response('<svg>2</svg>'));
    expect(await fetchCode('ABC234-1-1-2')).toBe('<svg>2</svg>');
  });

  it('of a booking that was changed is forgotten', async () => {
    answered.mockResolvedValueOnce(new Response('<svg/>'));
    await fetchCode('ABC234-1-1');
    await changed(client(), bookingOf({ status: 'cancelled' }));
    answered.mockRejectedValue(new TypeError('no network'));
    await expect(fetchCode('ABC234-1-1')).rejects.toMatchObject({ code: 'no_answer' });
    expect((await look()).booking.status).toBe('cancelled');
  });
});

describe('a pass for a wallet', () => {
  const fetchPass = () => client().query(passQuery('ABC234', 1, 'ABC234-1-1'));

  it('is none where the server may not sign one; other problems are told', async () => {
    const refusal = { code: 'wallet_not_configured', detail: 'not set up' };
    answered.mockResolvedValueOnce(Response.json(refusal, { status: 404 }));
    expect(await fetchPass()).toBeNull();
    answered.mockResolvedValueOnce(Response.json({ code: 'unavailable' }, { status: 503 }));
    await expect(fetchPass()).rejects.toMatchObject({ code: 'unavailable' });
    answered.mockResolvedValueOnce(new Response('zip'));
    expect((await fetchPass())?.type).toBe('application/vnd.apple.pkpass');
  });
});
