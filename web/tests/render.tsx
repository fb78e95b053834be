import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { makeQueryClient } from '../shared/src/api';
import { readQuery, writeQuery } from '../shared/src/pages';
import { need, sharedCatalogue, type Catalogue } from '../shared/src/i18n';

/** Shows something as a page of the app would, with the messages it needs; gives the address it is at. */
export async function show(ui: ReactNode, catalogue: Catalogue, at = '/'): Promise<() => string> {
  await Promise.all([need(sharedCatalogue), need(catalogue)]);
  const router = createRouter({
    routeTree: createRootRoute({ component: () => ui, notFoundComponent: () => ui }),
    history: createMemoryHistory({ initialEntries: [at] }),
    parseSearch: readQuery,
    stringifySearch: writeQuery,
  });
  await router.load();
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return () => router.state.location.href;
}
