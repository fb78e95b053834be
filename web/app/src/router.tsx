import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { need } from '@wayfare/shared/i18n';
import type { Feature, Page } from '@wayfare/shared/pages';
import { Broken, Missing } from './Fallbacks';
import { features } from './features';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell });

function routeOf(feature: Feature, page: Page) {
  return createRoute({
    getParentRoute: () => root,
    path: page.path,
    component: lazyRouteComponent(page.load),
    loader: () => need(feature.catalogue),
    staticData: { title: page.title },
  });
}

/** Addresses hold plain text, so that people can read, share and edit them: `?from=…&date=2026-12-01`. */
const parseSearch = (text: string) => Object.fromEntries(new URLSearchParams(text));

function stringifySearch(search: Record<string, unknown>): string {
  const text = new URLSearchParams(
    Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const written = text.toString().replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%7E', '~');
  return written && `?${written}`;
}

export const router = createRouter({
  routeTree: root.addChildren(
    features.flatMap((feature) => feature.pages.map((page) => routeOf(feature, page))),
  ),
  parseSearch,
  stringifySearch,
  defaultNotFoundComponent: Missing,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  defaultPendingMs: 150,
});

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    title?: string;
  }
}
