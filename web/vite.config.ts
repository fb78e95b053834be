import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { messages } from './tools/messages.ts';
import { shell } from './tools/shell.ts';

const api = process.env.WAYFARE_API ?? 'http://127.0.0.1:8000';
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path('./app'),
  plugins: [
    messages(),
    { ...optimizeLocales.vite({ locales: ['en-US', 'de-DE', 'fr-FR', 'ar-AE'] }), enforce: 'pre' },
    react(),
    shell(),
  ],
  css: { modules: { generateScopedName: '[name]-[local]-[hash:5]' } },
  build: {
    outDir: path('../src/wayfare/web'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the pages allows no fonts in data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200, // the map
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // One file instead of twenty small ones: nearly every page needs nearly all of it.
            {
              name: 'base',
              test: /shared[\\/]src[\\/](?!ui[\\/](Overlay|Tabs)|payment|waiting[\\/](WaitingRoom|cross|proof))/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/v1': api, '/docs': api, '/openapi.json': api, '/static-offline-docs': api } },
  test: {
    root: path('.'),
    include: ['{shared,features,app,tests}/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    setupFiles: [path('./tests/setup.ts')],
    env: { TZ: 'UTC' },
  },
});
