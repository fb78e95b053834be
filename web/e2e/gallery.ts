import { randomUUID } from 'node:crypto';
import { test as base, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';
import { open, settle, type Entry } from './entry.ts';
import { system } from './server.ts';
import { wordsIn } from './words.ts';
import { World, type Visitor } from './world.ts';

/** How the pages are looked at, beside the window of the project. */
export interface Look {
  locale: string;
  colorScheme?: 'light' | 'dark';
}

/** Shows pages, many of them in one browser context: what they share is fetched once. */
export class Gallery {
  private readonly contexts = new Map<string, Promise<BrowserContext>>();

  constructor(
    readonly world: World,
    private readonly browse: (options: BrowserContextOptions) => Promise<BrowserContext>,
  ) {}

  /** Gives the page to `seen` and closes it after. */
  async visit(entry: Entry, look: Look, seen: (page: Page) => Promise<void>): Promise<void> {
    const context = await this.context(entry.by ?? 'stranger', look);
    const page = await context.newPage();
    try {
      await open(entry, page, this.world);
      await entry.then?.(page, wordsIn(look.locale.slice(0, 2)));
      await settle(page);
      await seen(page);
    } finally {
      await page.close();
      await context.setOffline(false);
    }
  }

  /** As somebody sees it who was never here: nothing is in the browser's cache. `prepare` comes before the page. */
  async firstVisit(
    entry: Entry,
    look: Look,
    prepare: (page: Page) => Promise<void>,
    seen: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await this.make(entry.by ?? 'stranger', look);
    try {
      const page = await context.newPage();
      await prepare(page);
      await open(entry, page, this.world);
      await settle(page);
      await seen(page);
    } finally {
      await context.close();
    }
  }

  private async context(visitor: Visitor, look: Look): Promise<BrowserContext> {
    const key = JSON.stringify([visitor, look]);
    const made = this.contexts.get(key) ?? this.make(visitor, look);
    this.contexts.set(key, made);
    return made;
  }

  private async make(visitor: Visitor, look: Look): Promise<BrowserContext> {
    const storageState = await this.world.stored(visitor);
    return this.browse({ ...look, storageState, reducedMotion: 'reduce', serviceWorkers: 'block' });
  }
}

export const test = base.extend<object, { gallery: Gallery }>({
  gallery: [
    async ({ browser }, use, { project }) => {
      const { url } = (await system()).server;
      const world = new World(url, `ada.${randomUUID()}@example.org`);
      const { viewport, isMobile, hasTouch, timezoneId } = project.use;
      const device = { viewport, isMobile, hasTouch, timezoneId, baseURL: url };
      await use(new Gallery(world, (options) => browser.newContext({ ...device, ...options })));
    },
    { scope: 'worker' },
  ],
});

export const isSeenOn = (entry: Entry, device: string): boolean => !entry.only || entry.only === device;
