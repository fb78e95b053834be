import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { chromium, FLAGS } from './browser.ts';
import { OUTPUT, system, type Process } from './server.ts';

const { server, briefHolds, data, own } = await system();

const desktop: PlaywrightTestConfig['use'] = { viewport: { width: 1280, height: 800 } };
const phone: PlaywrightTestConfig['use'] = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

const started = ({ url, command, env }: Process) => ({
  command,
  url: `${url}/readyz`,
  env,
  timeout: 180_000,
  reuseExistingServer: true, // nothing answers on a port that was just found free
  gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
});

export default defineConfig({
  testDir: '.',
  outputDir: OUTPUT,
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  retries: 1, // whoever passes at the second try is named as flaky
  timeout: 120_000, // the machine may be three times slower and busy
  expect: { timeout: 20_000 },
  reporter: [['line'], ['./ending.ts', { folder: own ? data : null }]],
  use: {
    baseURL: server.url,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: { mode: 'retain-on-failure', screenshots: false }, // a film of everything takes half as much time again
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium(), args: FLAGS },
  },
  projects: [
    { name: 'desktop', use: desktop },
    { name: 'phone', use: phone },
  ],
  webServer: [started(server), started(briefHolds)],
});
