import { useQueryClient } from '@tanstack/react-query';
import { signOut } from '@wayfare/shared/session';
import { useCallback } from 'react';

/** Sign this device out, and forget here what was seen. The frame then leads to the log-in. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await signOut();
    client.clear();
  }, [client]);
}
