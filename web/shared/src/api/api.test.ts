import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, ask, bearer, isProblem, makeQueryClient, Problem, problemOf } from '.';
import { signIn } from '../session';

const answered = vi.fn<(request: Request) => Promise<Response>>();
beforeEach(() => {
  localStorage.clear();
  answered.mockReset();
  vi.stubGlobal('fetch', answered);
});
afterEach(() => vi.unstubAllGlobals());

const places = () => ask(api.GET('/v1/places', { params: { query: { q: 'Köln' } }, fetch: answered }));

describe('asking', () => {
  it('gives the answer', async () => {
    answered.mockResolvedValue(Response.json({ items: [], next_cursor: null }));
    expect(await places()).toEqual({ items: [], next_cursor: null });
    expect(new URL(answered.mock.calls[0]?.[0].url ?? '').search).toBe('?q=K%C3%B6ln');
  });

  it('throws what the server says is wrong', async () => {
    const body = {
      code: 'units_taken',
      detail: 'taken',
      status: 409,
      title: 'Taken',
      type: 'urn:x',
      hold_id: 'h',
    };
    answered.mockResolvedValue(Response.json(body, { status: 409 }));
    await expect(places()).rejects.toMatchObject({
      code: 'units_taken',
      status: 409,
      facts: { hold_id: 'h' },
    });
  });

  it('throws when nobody answers', async () => {
    answered.mockRejectedValue(new TypeError('failed to fetch'));
    await expect(places()).rejects.toMatchObject({ code: 'no_answer', status: 0 });
  });

  it('shows who is signed in where it matters and nowhere else', async () => {
    signIn({ access_token: 'mine', refresh_token: 'r', token_type: 'Bearer', expires_in: 1800 });
    answered.mockImplementation(() => Promise.resolve(Response.json({})));
    await places();
    await ask(api.GET('/v1/me', { fetch: answered }));
    const path = { locator: 'K7XQ2M' };
    await ask(
      api.GET('/v1/bookings/{locator}', { params: { path }, headers: bearer('guest'), fetch: answered }),
    );
    const shown = answered.mock.calls.map(([request]) => request.headers.get('authorization'));
    expect(shown).toEqual([null, 'Bearer mine', 'Bearer guest']);
  });
});

describe('a problem', () => {
  it('is known by its code', () => {
    const problem = new Problem('sold_out', 409, 'gone');
    expect([
      isProblem(problem),
      isProblem(problem, 'sold_out'),
      isProblem(problem, 'units_taken'),
      isProblem(new Error()),
    ]).toEqual([true, true, false, false]);
  });

  it('is one also when a proxy answers in its own words', () => {
    expect(problemOf(502, '<html>')).toMatchObject({ code: 'no_answer', status: 502 });
  });

  it('passes by itself when the server is away or busy', () => {
    expect([0, 409, 429, 503].map((status) => new Problem('x', status, '').passes)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('reading again', () => {
  const { retry, retryDelay } = makeQueryClient().getDefaultOptions().queries as {
    retry: (count: number, error: unknown) => boolean;
    retryDelay: (count: number, error: unknown) => number;
  };

  it('happens when that may help, twice', () => {
    expect(retry(0, new Problem('unavailable', 503, ''))).toBe(true);
    expect(retry(2, new Problem('unavailable', 503, ''))).toBe(false);
    expect(retry(0, new Problem('not_found', 404, ''))).toBe(false);
    expect(retry(0, new Problem('offline', 0, ''))).toBe(false);
  });

  it('waits as long as the server says, within reason', () => {
    expect(retryDelay(0, new Problem('rate_limited', 429, '', { retry_after_s: 3 }))).toBe(3000);
    expect(retryDelay(0, new Problem('rate_limited', 429, '', { retry_after_s: 900 }))).toBe(10_000);
    expect(retryDelay(1, new Problem('unavailable', 503, ''))).toBe(1000);
  });
});
