import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeCaches } from '../../../tests/caches';
import {
  forgetBooking,
  forgetKept,
  keep,
  kept,
  remember,
  rememberedBookings,
  signIn,
  signOut,
  tokenOf,
} from '.';

const LATER = '2999-01-01T00:00:00Z';

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('caches', fakeCaches());
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()));
});
afterEach(() => vi.unstubAllGlobals());

describe('bookings of this device', () => {
  it('are found by their locator, however it is written', () => {
    remember('abc234', 'key-1', LATER);
    remember('XYZ789', 'key-2', LATER);
    expect([tokenOf('ABC234'), tokenOf('xyz789'), tokenOf('NOSUCH')]).toEqual(['key-1', 'key-2', null]);
    expect(rememberedBookings()).toEqual(['ABC234', 'XYZ789']);
  });

  it('are gone when their token has expired, or was refused', () => {
    remember('OLD234', 'key', '2020-01-01T00:00:00Z');
    remember('ABC234', 'key', LATER);
    expect(rememberedBookings()).toEqual(['ABC234']);
    forgetBooking('abc234');
    expect(rememberedBookings()).toEqual([]);
  });

  it('survive what others wrote there', () => {
    localStorage.setItem('wayfare.bookings', '[1]');
    expect(rememberedBookings()).toEqual([]);
  });
});

describe('what is kept to be read offline', () => {
  it('is forgotten by its path', async () => {
    await keep('/v1/bookings/ABC234', '{}', 'application/json');
    await keep('/v1/bookings/ABC234/tickets/1.svg?1', '<svg/>', 'image/svg+xml');
    await keep('/v1/bookings/XYZ789', '{}', 'application/json');
    await forgetKept('/v1/bookings/ABC234');
    expect(await kept('/v1/bookings/ABC234/tickets/1.svg?1')).toBeNull();
    expect(await kept('/v1/bookings/XYZ789')).toBe('{}');
  });

  it('goes with whoever signs out, as the tokens of bookings do', async () => {
    signIn({ access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 1800 });
    remember('ABC234', 'key', LATER);
    await keep('/v1/bookings/ABC234', '{}', 'application/json');
    await signOut();
    await vi.waitFor(async () => expect(await kept('/v1/bookings/ABC234')).toBeNull());
    expect(tokenOf('ABC234')).toBeNull();
  });

  it('is nothing where the browser keeps nothing', async () => {
    vi.stubGlobal('caches', { open: () => Promise.reject(new Error('private window')) });
    await keep('/v1/bookings/ABC234', '{}', 'application/json');
    expect(await kept('/v1/bookings/ABC234')).toBeNull();
  });
});
