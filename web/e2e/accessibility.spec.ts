import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { RunOptions } from 'axe-core';
import { isSeenOn, test } from './gallery.ts';
import { settle, unroll } from './entry.ts';
import { ENTRIES } from './pages.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2, levels A and AA. */
const ALL: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What depends on colours alone. */
const COLOURS: RunOptions = { runOnly: ['color-contrast', 'link-in-text-block'], rules: {} };
/** Pages of each kind: what is mirrored stands in the shared styles. */
const RIGHT_TO_LEFT = new Set([
  'home-dates',
  'results',
  'trip',
  'seats-train',
  'checkout',
  'booking-ticket',
  'devices',
]);

test.use({ trace: 'off' }); // a look at a page is repeated faster than its trace is read

/** What a screen reader, a keyboard or weak eyes cannot use; one line each. */
async function barriers(page: Page, options: RunOptions): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (chosen) => window.axe.run(document, { ...chosen, resultTypes: ['violations'] }),
    options,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

for (const entry of ENTRIES) {
  test(`${entry.name} can be used by all`, async ({ gallery }, { project }) => {
    test.skip(!isSeenOn(entry, project.name));
    await gallery.visit(entry, { locale: 'en-GB' }, async (page) => {
      if (!entry.over) await unroll(page);
      expect.soft(await barriers(page, ALL)).toEqual([]);
      if (project.name !== 'phone' && !entry.only) return; // the colours are the same everywhere
      await page.emulateMedia({ colorScheme: 'dark' });
      await settle(page);
      // Colours change with the next frames; what is wrong stays wrong.
      await expect.poll(() => barriers(page, COLOURS)).toEqual([]);
    });
  });

  if (!RIGHT_TO_LEFT.has(entry.name)) continue;
  test(`${entry.name} can be used in Arabic`, async ({ gallery }, { project }) => {
    test.skip(project.name !== 'phone');
    await gallery.visit(entry, { locale: 'ar' }, async (page) => {
      if (!entry.over) await unroll(page);
      expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
      expect(await barriers(page, ALL)).toEqual([]);
    });
  });
}

test('those that are looked at in Arabic exist', () => {
  expect(ENTRIES.filter(({ name }) => RIGHT_TO_LEFT.has(name))).toHaveLength(RIGHT_TO_LEFT.size);
});

test('barriers are found', async ({ page }) => {
  await page.setContent(
    '<html lang="en"><title>Bad</title><p style="color:#aaa;background:#fff">Pale</p><button></button>',
  );
  const found = (await barriers(page, ALL)).map((line) => line.split(':')[0]);
  expect(found.sort()).toEqual(['button-name', 'color-contrast']);
  expect(await barriers(page, COLOURS)).toHaveLength(1);
});

declare global {
  interface Window {
    axe: { run: (context: Document, options: RunOptions) => Promise<import('axe-core').AxeResults> };
  }
}
