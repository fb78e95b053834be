import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useSignedIn } from '@wayfare/shared/session';

const meQuery = queryOptions({
  queryKey: ['checkout', 'me'],
  queryFn: ({ signal }) => ask(api.GET('/v1/me', { signal })),
});

const travellersQuery = queryOptions({
  queryKey: ['checkout', 'travellers'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/me/travellers', { signal }))).items,
});

/** What an account spares typing. Without one, or without an answer, the form is empty and works all the same. */
export function useAccount() {
  const signedIn = useSignedIn();
  const me = useQuery({ ...meQuery, enabled: signedIn });
  const travellers = useQuery({ ...travellersQuery, enabled: signedIn });
  return {
    me: signedIn ? me.data : undefined,
    travellers: (signedIn && travellers.data) || [],
  };
}
