import { useSyncExternalStore } from 'react';
import { problemOf } from '../api/problem';
import type { components } from '../api/schema';
import { forgetBookings } from './bookings';
import { forgetKept } from './offline';
import { readJson, remove, write } from '../storage';

type Tokens = components['schemas']['TokensAnswer'];

/** This device signed in. The refresh token works once, so all tabs share one copy and take turns with it. */
interface Session {
  access: string;
  refresh: string;
  /** When the access token ends, in milliseconds since 1970. */
  ends: number;
}

const KEY = 'wayfare.session';
const LOCK = 'wayfare.session';
const EARLY_MS = 30_000;
const listeners = new Set<() => void>();

function isSession(value: unknown): value is Session {
  const found = value as Partial<Session> | null;
  return (
    typeof found?.access === 'string' && typeof found.refresh === 'string' && typeof found.ends === 'number'
  );
}

const current = (): Session | null => readJson(KEY, isSession);
const isSignedIn = (): boolean => current() !== null;

function tell(): void {
  for (const listener of listeners) listener();
}

globalThis.addEventListener('storage', (event) => {
  if (event.key === KEY) tell();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether somebody is signed in on this device; follows other tabs. */
export const useSignedIn = (): boolean => useSyncExternalStore(subscribe, isSignedIn);

/** Keep what POST /v1/auth/token answered. */
export function signIn(tokens: Tokens): void {
  const ends = Date.now() + tokens.expires_in * 1000;
  write(KEY, JSON.stringify({ access: tokens.access_token, refresh: tokens.refresh_token, ends }));
  tell();
}

/** Forget the tokens, bookings and tickets here, and tell the server, which forgets the device. */
export async function signOut(): Promise<void> {
  const session = current();
  forget();
  forgetBookings();
  if (session) await post('/v1/auth/revoke', { token: session.refresh }).catch(() => undefined);
}

function forget(): void {
  remove(KEY);
  void forgetKept();
  tell();
}

/** The access token, renewed when it is about to end; null for guests. Rejects when there is no network to renew it. */
export async function accessToken(): Promise<string | null> {
  const session = current();
  if (!session || session.ends > Date.now() + EARLY_MS) return session?.access ?? null;
  return navigator.locks.request(LOCK, renew);
}

async function renew(): Promise<string | null> {
  const session = current(); // another tab may have renewed it while this one waited
  if (!session || session.ends > Date.now() + EARLY_MS) return session?.access ?? null;
  const response = await post('/v1/auth/token', {
    grant_type: 'refresh_token',
    refresh_token: session.refresh,
  });
  if (response.ok) {
    signIn((await response.json()) as Tokens);
    return current()?.access ?? null;
  }
  if (response.status === 400) {
    forget(); // signed out elsewhere, or too long ago
    return null;
  }
  throw problemOf(response.status, await response.json().catch(() => null));
}

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
