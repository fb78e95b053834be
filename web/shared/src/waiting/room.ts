import { useSyncExternalStore } from 'react';
import { isProblem, problemOf } from '../api/problem';
import type { components } from '../api/schema';

type Standing = components['schemas']['StandingAnswer'];

/** What a visitor in a waiting room is shown. */
export interface Wait {
  position: number;
  estimateS: number;
  /** Stop waiting. The place stays this device's: who comes back has it still. */
  leave: () => void;
}

const AGAIN_S = 5;
const admissions = new Map<string, string>();
const rooms = new Map<string, Waiting>();
const listeners = new Set<() => void>();
let shown: Wait | null = null;

function show(next: Wait | null): void {
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the waiting goes; null while nobody waits. */
export const useWait = (): Wait | null => useSyncExternalStore(subscribe, () => shown);

/** The value of the Wayfare-Admission header: what was given in every room so far. */
export const admissionHeader = (): string => [...admissions.values()].join();

/** They were refused: used up, or too late. */
export const forgetAdmissions = (): void => admissions.clear();

/** Those in a room: how it ends for them, and how many want to know. */
interface Waiting {
  ended: Promise<boolean>;
  left: AbortController;
  count: number;
}

/**
 * Wait in the room for one's turn, together with whatever else in this tab waits there. False when the visitor gave up
 * or there is no more place; else the admission, if one is needed still, is in `admissionHeader`. When nobody wants to
 * know any more (`signal`), as after the way back, the waiting ends.
 */
export async function waitIn(room: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  const waiting = rooms.get(room) ?? begin(room);
  waiting.count += 1;
  signal.addEventListener('abort', () => {
    waiting.count -= 1;
    if (waiting.count === 0) waiting.left.abort();
  });
  return waiting.ended;
}

function begin(room: string): Waiting {
  const left = new AbortController();
  const ended = waitAlone(room, left).finally(() => rooms.delete(room));
  const waiting = { ended, left, count: 0 };
  rooms.set(room, waiting);
  return waiting;
}

async function waitAlone(room: string, left: AbortController): Promise<boolean> {
  const leave = () => left.abort();
  admissions.delete(room);
  let place: Standing | null = null;
  try {
    while (!left.signal.aborted) {
      const answer: Response | null = await look(room, place, left.signal);
      if (answer?.status === 404) return true; // nobody has to wait any more
      if (answer && !(await mayComeAgain(answer))) return false;
      if (answer?.ok) place = (await answer.json()) as Standing;
      if (place?.state === 'admitted' && place.admission) {
        admissions.set(room, place.admission);
        return true;
      }
      if (place) show({ position: place.position, estimateS: place.estimate_s, leave });
      if (place?.state === 'expired') place = null;
      else await pause(answer?.ok && place ? place.poll_after_s : AGAIN_S, left.signal);
    }
    return false;
  } finally {
    show(null);
  }
}

/** Take a place, or look how far the queue has come; null without an answer. */
async function look(room: string, place: Standing | null, signal: AbortSignal): Promise<Response | null> {
  const address = `/v1/waiting-rooms/${room}/place`;
  try {
    return place
      ? await fetch(`${address}?${new URLSearchParams({ place: place.place })}`, { signal })
      : await fetch(`${address}s`, { method: 'POST', signal });
  } catch {
    return null; // no network for a moment: the place is kept
  }
}

/** Whether it is an answer, or one that passes; there may be no more places for one address. */
async function mayComeAgain(answer: Response): Promise<boolean> {
  if (answer.ok || answer.status >= 500) return true;
  const problem = problemOf(answer.status, await answer.json().catch(() => null));
  return isProblem(problem, 'rate_limited', 'no_answer');
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal.addEventListener('abort', end, { once: true });
  });
}
