import { Link as RouterLink, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, type AnchorHTMLAttributes, type Ref } from 'react';
import type { Target } from './links';

type Anchor = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>;
export type LinkProps = Anchor &
  Target & {
    replace?: boolean;
    /** It is the present page whatever the query is: in the navigation. */
    whole?: boolean;
    ref?: Ref<HTMLAnchorElement>;
  };

/** A link to a page of the app: `<Link {...links.trips()}>`. Marks itself `aria-current` on that page. */
export function Link({ whole = false, ...rest }: LinkProps) {
  return <RouterLink activeOptions={whole ? WHOLE : EXACT} preload="intent" {...rest} />;
}

const WHOLE = { exact: true, includeSearch: false };
const EXACT = { exact: true, includeSearch: true };

/** Go to a page from code: `const go = useGo(); go(links.results(search))`. */
export function useGo(): (target: Target, options?: { replace?: boolean; stay?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (target, options) => {
      void navigate({ ...target, replace: options?.replace ?? false, resetScroll: !options?.stay });
    },
    [navigate],
  );
}

/** The query of the present address, read by `read`: the only state that is shared by sharing a link. */
export function useQueryState<T>(read: (raw: Readonly<Record<string, string>>) => T): T {
  const raw: Record<string, string> = useSearch({ strict: false });
  return useMemo(() => read(raw), [read, raw]);
}

/** A part of the present address: `locator` of `/bookings/$locator`. */
export function usePathPart(name: string): string {
  const parts: Record<string, string | undefined> = useParams({ strict: false });
  return parts[name] ?? '';
}

/** The present address with its query, to come back to after log-in. */
export const useHere = (): string => useRouter().state.location.href;
