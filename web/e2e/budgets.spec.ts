import { expect, type Page } from '@playwright/test';
import { isSeenOn, test } from './gallery.ts';
import type { Entry } from './entry.ts';
import { ENTRIES } from './pages.ts';
import { wordsIn } from './words.ts';

const FIRST_PAGE_KB = 150;
/** Half of what Web Vitals calls good. */
const SHIFT = 0.05;
/** A slow mobile network, in bytes a second and milliseconds. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 100_000 };
const ENGLISH = { locale: 'en-GB' };
const AT_ONCE = 4;
/** Parts that are fetched when they are opened. */
const LATER = /\/(MapView|Overlay|DatePicker|PlacePicker|PartyPicker)-/;
/** One entry of each way to load a page: not what is done there after. */
const LOADED = ENTRIES.filter(
  ({ path, then }, at) => !then || ENTRIES.findIndex((other) => other.path === path) === at,
);

test.use({ trace: 'off' });

const entry = (name: string): Entry => {
  const found = ENTRIES.find((one) => one.name === name);
  if (!found) throw new Error(`no page is called ${name}`);
  return found;
};

/** Counts the scripts a page asks for from now on: what each weighs on the way, in bytes. */
async function weigh(page: Page, scripts: Map<string, number>): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const asked = new Map<string, string>();
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType.includes('javascript')) asked.set(requestId, response.url);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = asked.get(requestId);
    if (url) scripts.set(url, encodedDataLength);
  });
  await devtools.send('Network.enable');
}

const isThere = (scripts: Map<string, number>, part: string) =>
  [...scripts.keys()].some((url) => url.includes(`/${part}-`));

interface Vitals {
  shift: number;
  /** What moved, the first few. */
  moved: string[];
  /** Largest contentful paint, in milliseconds. */
  painted: number;
}

async function slowly(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.emulateNetworkConditions', SLOW);
  await page.addInitScript(() => {
    const vitals: Vitals = { shift: 0, moved: [], painted: 0 };
    window.vitals = vitals;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as LayoutShift[]) {
        if (shift.hadRecentInput) continue;
        vitals.shift += shift.value;
        for (const { node } of shift.sources)
          vitals.moved.push(node instanceof Element ? (node.getAttribute('class') ?? node.tagName) : '?');
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const paint of list.getEntries()) vitals.painted = Math.round(paint.startTime);
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
}

test('the first page is light, and what opens comes when it opens', async ({ gallery }) => {
  const scripts = new Map<string, number>();
  const prepare = (page: Page) => weigh(page, scripts);
  await gallery.firstVisit(entry('home'), ENGLISH, prepare, async (page) => {
    await page.getByRole('search').waitFor();
    await page.waitForLoadState('networkidle');
    const kilobytes = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0) / 1024;
    console.log(`first page: ${kilobytes.toFixed(1)} KB of JavaScript in ${scripts.size} files`);
    expect(scripts.size).toBeGreaterThan(0);
    expect(kilobytes).toBeLessThanOrEqual(FIRST_PAGE_KB);
    expect([...scripts.keys()].filter((url) => LATER.test(url))).toEqual([]);

    await page.getByRole('button', { name: wordsIn('en')('search.date') }).click();
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => isThere(scripts, 'DatePicker')).toBe(true);
    expect(isThere(scripts, 'MapView')).toBe(false);
  });
});

test('the map comes with the trip it is of', async ({ gallery }) => {
  const scripts = new Map<string, number>();
  await gallery.firstVisit(
    entry('results'),
    ENGLISH,
    (page) => weigh(page, scripts),
    async (page) => {
      await page.waitForLoadState('networkidle');
      expect(isThere(scripts, 'MapView')).toBe(false);
      await page.goto(await entry('trip').address(gallery.world));
      await expect.poll(() => isThere(scripts, 'MapView')).toBe(true);
    },
  );
});

test('nothing moves while a page loads slowly', async ({ gallery }, { project }) => {
  test.setTimeout(480_000); // some thirty pages, each on a slow network
  const waiting = LOADED.filter((one) => isSeenOn(one, project.name));
  const seen = new Map<string, Vitals>();
  const look = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name } = next;
      await gallery.firstVisit(next, ENGLISH, slowly, async (page) => {
        seen.set(name, await page.evaluate(() => window.vitals));
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  for (const [name, { shift, painted }] of seen)
    console.log(`${project.name} ${name}: moved ${shift.toFixed(3)}, largest paint after ${painted} ms`);
  expect(seen.size).toBeGreaterThan(20);
  expect([...seen].filter(([, { shift }]) => shift > SHIFT)).toEqual([]);
});

test('what moves is seen', async ({ page }) => {
  await slowly(page);
  await page.goto('/login');
  await page.getByRole('main').waitFor();
  await page.evaluate(async () => {
    await new Promise((done) => setTimeout(done, 600)); // after input, moving is nobody's fault
    document.querySelector('main')?.style.setProperty('margin-block-start', '40vh');
  });
  await expect.poll(() => page.evaluate(() => window.vitals.shift)).toBeGreaterThan(SHIFT);
});

/** Of the Layout Instability API, which TypeScript does not know. */
interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

declare global {
  interface Window {
    vitals: Vitals;
  }
}
