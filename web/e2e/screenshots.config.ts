import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** `npm run screenshots`: pictures of every page for the documentation. */
export default defineConfig({
  ...base,
  testMatch: 'screenshots.ts',
  projects: [{ name: 'pictures' }],
  timeout: 900_000,
});
