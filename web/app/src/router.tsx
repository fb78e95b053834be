import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { need } from '@wayfare/shared/i18n';
import { readQuery, writeQuery, type Feature, type Page } from '@wayfare/shared/pages';
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

export const router = createRouter({
  routeTree: root.addChildren(
    features.flatMap((feature) => feature.pages.map((page) => routeOf(feature, page))),
  ),
  parseSearch: readQuery,
  stringifySearch: writeQuery,
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
