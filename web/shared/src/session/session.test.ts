import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessToken, signIn, signOut } from './session';

const tokens = (name: string, expires: number) => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  token_type: 'Bearer' as const,
  expires_in: expires,
});
const answered = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

/** One after another, as the browser's locks do. */
let tail = Promise.resolve();
const locks = {
  request: <T>(_name: string, work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  },
};

beforeEach(() => {
  localStorage.clear();
  answered.mockReset();
  vi.stubGlobal('fetch', answered);
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
});
afterEach(() => vi.unstubAllGlobals());

describe('who is signed in', () => {
  it('is nobody at first', async () => {
    expect(await accessToken()).toBeNull();
    expect(answered).not.toHaveBeenCalled();
  });

  it('shows the token while it lasts', async () => {
    signIn(tokens('1', 1800));
    expect(await accessToken()).toBe('access-1');
    expect(answered).not.toHaveBeenCalled();
  });

  it('renews a token that is about to end, once for everybody who asks', async () => {
    signIn(tokens('1', 10));
    answered.mockImplementation(() => Promise.resolve(Response.json(tokens('2', 1800))));
    expect(await Promise.all([accessToken(), accessToken(), accessToken()])).toEqual([
      'access-2',
      'access-2',
      'access-2',
    ]);
    expect(answered).toHaveBeenCalledTimes(1);
    expect(JSON.parse(answered.mock.calls[0]?.[1].body as string)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
    });
  });

  it('is nobody again when the device was signed out elsewhere', async () => {
    signIn(tokens('1', 10));
    answered.mockImplementation(() =>
      Promise.resolve(Response.json({ code: 'invalid_grant' }, { status: 400 })),
    );
    expect(await accessToken()).toBeNull();
    expect(await accessToken()).toBeNull();
    expect(answered).toHaveBeenCalledTimes(1);
  });

  it('stays signed in when the server is away', async () => {
    signIn(tokens('1', 10));
    answered.mockImplementationOnce(() =>
      Promise.resolve(Response.json({ code: 'unavailable' }, { status: 503 })),
    );
    await expect(accessToken()).rejects.toMatchObject({ code: 'unavailable' });
    answered.mockImplementationOnce(() => Promise.resolve(Response.json(tokens('2', 1800))));
    expect(await accessToken()).toBe('access-2');
  });

  it('signs out here even without a network', async () => {
    signIn(tokens('1', 1800));
    answered.mockRejectedValue(new TypeError('no network'));
    await signOut();
    expect(await accessToken()).toBeNull();
  });
});
