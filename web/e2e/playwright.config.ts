import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { chromium, FLAGS } from './browser.ts';
import { system } from './server.ts';

const { url, command, env } = await system();

const desktop: PlaywrightTestConfig['use'] = { viewport: { width: 1280, height: 800 } };
const phone: PlaywrightTestConfig['use'] = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

export default defineConfig({
  testDir: '.',
  outputDir: '../node_modules/.e2e',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 120_000, // the machine may be three times slower and busy
  expect: { timeout: 20_000 },
  reporter: 'line',
  use: {
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium(), args: FLAGS },
  },
  projects: [
    { name: 'desktop', use: desktop },
    { name: 'phone', use: phone },
  ],
  webServer: {
    command,
    url: `${url}/readyz`,
    env,
    timeout: 180_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
  },
});
