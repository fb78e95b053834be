import { links, type Target } from '@wayfare/shared/pages';

type Raw = Readonly<Record<string, string | undefined>>;

/** Where to go after log-in: a page of the app, as `next` in the address says; never to another site. */
export function readNext({ next }: Raw): string | null {
  return next && /^\/(?![/\\])/.test(next) ? next : null;
}

export function targetOf(next: string | null): Target {
  if (!next) return links.account();
  const url = new URL(next, 'https://wayfare.invalid');
  return { to: url.pathname, search: Object.fromEntries(url.searchParams) };
}
