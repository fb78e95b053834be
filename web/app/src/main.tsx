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

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}
