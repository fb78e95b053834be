import { useEffect, useState } from 'react';

const STEP_MS = 30_000;

/** Milliseconds since 1970, moving on: what is upcoming now is past later. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
