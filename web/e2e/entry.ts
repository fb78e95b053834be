import type { Locator, Page } from '@playwright/test';
import type { Visitor, World } from './world.ts';

/** A text of the app in the present language, by its key. */
export type Say = (key: string) => RegExp;

/** A page of the app, or a state of one that looks different, and the short way there. */
export interface Entry {
  name: string;
  /** In the index of the pictures. */
  title: string;
  /** As the router writes it; null: an address that is none of its. */
  path: string | null;
  by?: Visitor;
  only?: 'phone' | 'desktop';
  /** What fails or never ends before it is opened. */
  before?: (page: Page) => Promise<unknown>;
  address: (world: World) => Promise<string> | string;
  /** What is there once the page is. */
  there?: (page: Page) => Locator;
  /** What is done there. */
  then?: (page: Page, say: Say) => Promise<void>;
  /** What lies over the page fills the window, not the page. */
  over?: boolean;
}

export const button = (page: Page, name: RegExp) => page.getByRole('button', { name }).first();
export const seat = (page: Page) => page.locator('[data-unit]').first();
export const dialog = (page: Page) => page.getByRole('dialog');
export const submit = (page: Page) => page.locator('main form button[type=submit]').last();

/** Goes there and waits for what is to be seen. */
export async function open(entry: Entry, page: Page, world: World): Promise<void> {
  await entry.before?.(page);
  await page.goto(await entry.address(world));
  await (entry.there?.(page) ?? page.getByRole('heading').first()).waitFor();
}

/** Makes the window as high as the page, so that nothing that stays in sight lies over what it is about. */
export async function unroll(page: Page, most = Infinity): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 };
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, Math.min(whole, most)) });
  await settle(page);
}

/** Until letters are there and nothing moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}
