import createClient, { type Middleware } from 'openapi-fetch';
import { accessToken } from '../session/session';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';

const PERSONAL = /^\/v1\/(me|bookings|holds|auth\/second)/;

/** Whoever is signed in shows it where it matters; searches stay anonymous, and so may be kept and compressed. */
const credentials: Middleware = {
  async onRequest({ request }) {
    if (!request.headers.has('authorization') && PERSONAL.test(new URL(request.url).pathname)) {
      const token = await accessToken();
      if (token) request.headers.set('authorization', `Bearer ${token}`);
    }
    return request;
  },
};

/** A request is sent once: this gives the same as often as it is needed. */
async function repeatable(request: Request): Promise<() => Request> {
  const body = request.method === 'GET' ? '' : await request.text();
  return () => (body ? new Request(request, { body }) : request.clone());
}

/** What is refused for the crowd's sake is sent again when its turn has come: see `waiting`. */
async function send(request: Request): Promise<Response> {
  const same = await repeatable(request);
  const response = await fetch(same());
  if (response.status !== 429 && response.status !== 403) return response;
  const { cross } = await import('../waiting/cross');
  return cross(same, response);
}

/** The typed client: `ask(api.GET('/v1/places', { params: { query: { q } } }))`. */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: send });
api.use(credentials);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer of a call, or its `Problem` thrown: also when there is no network. */
export async function ask<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (error) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError'))
      throw error;
    throw new Problem(navigator.onLine ? 'no_answer' : 'offline', 0, String(error));
  }
  if (!outcome.response.ok) throw problemOf(outcome.response.status, outcome.error);
  return outcome.data as T;
}

/** The header that a guest's token for one booking goes into. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** One per intention, not per click: a request that is repeated with it has its effect once. */
export const newIdempotencyKey = (): string => crypto.randomUUID();
