import '@wayfare/shared/ui/styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueryClient } from '@wayfare/shared/api';
import { need, sharedCatalogue } from '@wayfare/shared/i18n';
import { applyTheme } from '@wayfare/shared/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './router';

applyTheme();
const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app');

// The page's own code and messages are fetched beside the shell's.
await Promise.all([need(sharedCatalogue), router.load()]);
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

// When the page is there and at rest: what the worker fetches ahead is in nobody's way.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  setTimeout(() => void navigator.serviceWorker.register('/sw.js').catch(() => undefined), 2_000);
}
