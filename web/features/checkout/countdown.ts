import { useEffect, useState } from 'react';

/** Whole seconds until a moment; 0 when it has come. */
export const secondsUntil = (moment: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(moment) - now) / 1000));

const TOLD_AT = [5, 2, 1] as const;

/** The minutes that a screen reader is told of: not each second, but when five, two and one are left. */
export const minutesTold = (seconds: number): number | null =>
  [...TOLD_AT].reverse().find((minutes) => seconds <= minutes * 60) ?? null;

/** Ticks once a second, and stops at 0. */
export function useCountdown(until: string): number {
  const [left, setLeft] = useState(() => secondsUntil(until, Date.now()));
  useEffect(() => {
    const tick = () => setLeft(secondsUntil(until, Date.now()));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
