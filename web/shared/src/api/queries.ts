import { onlineManager, QueryClient } from '@tanstack/react-query';
import { isProblem } from './problem';

const RETRIES = 2;

/** Reads are repeated when that may help; writes never are, unless whoever writes says how. */
export function makeQueryClient(): QueryClient {
  onlineManager.setOnline(navigator.onLine); // who starts without a network would not notice that it comes
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        networkMode: 'always', // the service worker and the browser know better than navigator.onLine
        refetchOnWindowFocus: false,
        refetchOnReconnect: 'always', // what failed meanwhile, or is an old copy, however young that copy is
        retry: (count, error) =>
          count < RETRIES && isProblem(error) && error.passes && error.code !== 'offline',
        retryDelay: (count, error) => {
          const told = isProblem(error) ? error.facts.retry_after_s : undefined;
          return typeof told === 'number' ? Math.min(told * 1000, 10_000) : 500 * 2 ** count;
        },
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
