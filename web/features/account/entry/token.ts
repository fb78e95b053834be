import { useState } from 'react';

/** The one-time token of a letter's link, `#token=…`: behind the #, so that no server's log has it. */
export function readToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || null;
}

export function useToken(): string | null {
  const [token] = useState(() => readToken(location.hash));
  return token;
}
