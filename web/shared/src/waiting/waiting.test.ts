import { createHash } from 'node:crypto';
import { renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useWait } from '.';
import { api, ask } from '../api';
import { prove } from './proof';
import { forgetAdmissions } from './room';

const ROOM = '20261121-4711';
const server = vi.fn<(request: Request) => Response | Promise<Response>>();

const refused = (code: string, status: number, facts: object = {}) =>
  Response.json({ code, status, detail: code, title: code, type: 'urn:x', ...facts }, { status });
const needed = () =>
  refused('admission_needed', 429, { room: ROOM, places: `/v1/waiting-rooms/${ROOM}/places` });
const place = (facts: object) =>
  Response.json({
    room: ROOM,
    number: 7,
    position: 3,
    estimate_s: 90,
    poll_after_s: 0,
    place: 'p7',
    ...facts,
  });
const waiting = () => place({ state: 'waiting' });
const admitted = (admission = 'let-in') => place({ state: 'admitted', position: 0, admission });

beforeEach(() => {
  forgetAdmissions();
  vi.stubGlobal('fetch', (input: Request | string, init?: RequestInit) =>
    server(typeof input === 'string' ? new Request(new URL(input, location.origin), init) : input),
  );
});
afterEach(() => {
  server.mockReset();
  vi.unstubAllGlobals();
});

/** Answers in turn; every request as "METHOD path admission". */
function answers(...script: (() => Response)[]): string[] {
  const asked: string[] = [];
  server.mockImplementation((request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(`${request.method} ${pathname}${search} ${request.headers.get('wayfare-admission') ?? '-'}`);
    const next = script.shift();
    if (!next) throw new Error('nobody expected that request');
    return next();
  });
  return asked;
}

const hold = () => ask(api.POST('/v1/holds', { body: { offer_id: 'o' } }));
const held = () => Response.json({ hold_id: 'h' });
const HOLDS = '/v1/holds';
const PLACE = `/v1/waiting-rooms/${ROOM}/place`;

describe('a request behind a waiting room', () => {
  it('goes through when its turn has come', async () => {
    const asked = answers(
      needed,
      () => place({ state: 'waiting', poll_after_s: 0.5 }),
      waiting,
      admitted,
      held,
    );
    const { result } = renderHook(useWait);
    const sent = hold();
    await waitFor(() => expect(result.current).toMatchObject({ position: 3, estimateS: 90 }));
    expect(await sent).toEqual({ hold_id: 'h' });
    expect(asked).toEqual([
      `POST ${HOLDS} -`,
      `POST ${PLACE}s -`,
      `GET ${PLACE}?place=p7 -`,
      `GET ${PLACE}?place=p7 -`,
      `POST ${HOLDS} let-in`,
    ]);
    await waitFor(() => expect(result.current).toBeNull());
  });

  it('is sent with all it said', async () => {
    const bodies: unknown[] = [];
    const script = [needed(), admitted(), held()];
    server.mockImplementation(async (request) => {
      if (request.url.endsWith(HOLDS)) bodies.push(await request.json());
      return script.shift() ?? Response.error();
    });
    await hold();
    expect(bodies).toEqual([{ offer_id: 'o' }, { offer_id: 'o' }]);
  });

  it('takes a new place when its turn has passed or its admission is used up', async () => {
    const asked = answers(
      needed,
      () => place({ state: 'expired' }),
      () => admitted('old'),
      () => refused('admission_refused', 403),
      needed,
      () => admitted('new'),
      held,
    );
    await hold();
    expect(asked.filter((one) => one.startsWith(`POST ${HOLDS}`))).toEqual([
      `POST ${HOLDS} -`,
      `POST ${HOLDS} old`,
      `POST ${HOLDS} -`,
      `POST ${HOLDS} new`,
    ]);
  });

  it('goes on when the room is closed', async () => {
    const asked = answers(needed, waiting, () => refused('not_found', 404), held);
    await hold();
    expect(asked.at(-1)).toBe(`POST ${HOLDS} -`);
  });

  it('ends as it was refused when the visitor leaves', async () => {
    answers(needed, () => place({ state: 'waiting', poll_after_s: 600 }));
    const { result } = renderHook(useWait);
    const sent = hold();
    const outcome = expect(sent).rejects.toMatchObject({ code: 'admission_needed' });
    await waitFor(() => expect(result.current).not.toBeNull());
    result.current?.leave();
    await outcome;
    expect(result.current).toBeNull();
  });

  it('is given up when nobody wants the answer any more', async () => {
    const asked = answers(needed, () => place({ state: 'waiting', poll_after_s: 600 }));
    const { result } = renderHook(useWait);
    const gone = new AbortController();
    const sent = ask(api.POST('/v1/holds', { body: { offer_id: 'o' }, signal: gone.signal }));
    const outcome = expect(sent).rejects.toBeTruthy();
    await waitFor(() => expect(result.current).not.toBeNull());
    gone.abort();
    await outcome;
    await waitFor(() => expect(result.current).toBeNull());
    expect(asked).toHaveLength(2);
  });

  it('ends as it was refused when there are no more places', async () => {
    answers(needed, () => refused('too_many_places', 429));
    await expect(hold()).rejects.toMatchObject({ code: 'admission_needed' });
  });
});

describe('a refusal that has nothing to do with crowds', () => {
  it('is told as it is', async () => {
    const asked = answers(() => refused('forbidden', 403));
    await expect(hold()).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toHaveLength(1);
  });
});

describe('a proof of work', () => {
  it('begins with the zero bits that are asked', () => {
    const proof = prove({ challenge: 'abc', difficulty: 11 });
    expect(proof).toMatch(/^abc:\d+$/);
    const digest = createHash('sha256').update(proof).digest();
    expect([digest[0], (digest[1] ?? 255) >> 5]).toEqual([0, 0]);
  });

  it('is worked out aside and sent along', async () => {
    class Aside {
      onmessage: ((event: { data: string }) => void) | null = null;
      terminate = vi.fn();
      postMessage(task: { challenge: string; difficulty: number }) {
        queueMicrotask(() => this.onmessage?.({ data: prove(task) }));
      }
    }
    vi.stubGlobal('Worker', Aside);
    const proofs: (string | null)[] = [];
    server.mockImplementation((request) => {
      proofs.push(request.headers.get('wayfare-proof'));
      const needs = { challenge: 'c', difficulty: 4 };
      return proofs.length === 1 ? refused('proof_of_work_needed', 429, needs) : held();
    });
    expect(await hold()).toEqual({ hold_id: 'h' });
    expect(proofs).toEqual([null, prove({ challenge: 'c', difficulty: 4 })]);
  });
});
