import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Browser, type Page } from '@playwright/test';
import { Gallery, type Look } from './gallery.ts';
import { settle, unroll, type Entry } from './entry.ts';
import { ENTRIES } from './pages.ts';
import { system } from './server.ts';
import { World } from './world.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const QUALITY = 60;
/** Longer pages are cut: what is further down is more of the same. */
const LONGEST = { phone: 1900, desktop: 1500 };
const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 },
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
};
/** Languages whose letters, lengths or order differ, where a picture of them says something. */
const ABROAD = [
  { locale: 'hi-IN', names: ['home', 'seats-sleeper', 'booking'] },
  { locale: 'de-DE', names: ['results', 'checkout', 'cancel'] },
  { locale: 'fr-FR', names: ['trip', 'trips-customer'] },
];

type Device = keyof typeof DEVICES;
interface Shot {
  entry: Entry;
  device: Device;
  look: Required<Look>;
}

/** Everything in English on both devices; dark and Arabic once each, on either device in turns. */
function shotsOf(entry: Entry, at: number): Shot[] {
  const shot = (device: Device, locale: string, colorScheme: 'light' | 'dark' = 'light'): Shot => ({
    entry,
    device: entry.only ?? device,
    look: { locale, colorScheme },
  });
  const [one, other]: Device[] = at % 2 === 0 ? ['phone', 'desktop'] : ['desktop', 'phone'];
  return [
    ...(entry.only ? [] : [shot('desktop', 'en-GB')]),
    shot('phone', 'en-GB'),
    shot(one ?? 'phone', 'en-GB', 'dark'),
    shot(other ?? 'phone', 'ar'),
    ...ABROAD.filter(({ names }) => names.includes(entry.name)).map(({ locale }) => shot('phone', locale)),
  ];
}

const nameOf = ({ entry, device, look }: Shot): string =>
  [entry.name, device, look.colorScheme, look.locale.slice(0, 2)].join('-') + '.webp';

/** Chromium writes WebP itself. */
async function shoot(page: Page, shot: Shot): Promise<void> {
  if (!shot.entry.over) await unroll(page, LONGEST[shot.device]);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  await settle(page);
  await page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } }); // else the last frame may be of before
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(FOLDER, nameOf(shot)), Buffer.from(data, 'base64'));
}

function index(shots: readonly Shot[]): string {
  const picture = (shot: Shot | undefined, width: number) =>
    shot ? `<a href="${nameOf(shot)}"><img src="${nameOf(shot)}" width="${width}" alt=""></a>` : '';
  const rows = ENTRIES.map((entry) => {
    const own = shots.filter((shot) => shot.entry === entry);
    const english = own.filter(({ look }) => look.locale === 'en-GB' && look.colorScheme === 'light');
    const others = own.filter((shot) => !english.includes(shot));
    const [phone, desktop] = (['phone', 'desktop'] as const).map((device) =>
      english.find((shot) => shot.device === device),
    );
    const links = others.map((shot) => `[${describe(shot)}](${nameOf(shot)})`).join(', ');
    return `| ${entry.title} | ${picture(phone, 120)} | ${picture(desktop, 320)} | ${links} |`;
  });
  return [HEAD, '| page | phone | desktop | and |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function describe({ device, look }: Shot): string {
  const language = new Intl.DisplayNames('en', { type: 'language' }).of(look.locale.slice(0, 2)) ?? '';
  return `${look.colorScheme === 'dark' ? 'dark' : language} (${device})`;
}

const HEAD = `# The web app in pictures

Made by \`make screenshots\` from the demo network; the list of pages is \`web/e2e/pages.ts\`.
`;

async function photograph(browser: Browser): Promise<Shot[]> {
  const { url } = (await system()).server;
  const world = new World(url, 'ada.lovelace@example.org');
  const wanted = process.env.PAGES?.split(',');
  const all = ENTRIES.flatMap(shotsOf);
  for (const device of Object.keys(DEVICES) as Device[]) {
    const gallery = new Gallery(world, (options) =>
      browser.newContext({ ...DEVICES[device], timezoneId: 'Europe/Berlin', baseURL: url, ...options }),
    );
    for (const shot of all) {
      if (shot.device !== device || (wanted && !wanted.includes(shot.entry.name))) continue;
      await gallery.visit(shot.entry, shot.look, (page) => shoot(page, shot));
    }
  }
  return all;
}

base('pictures of every page', async ({ browser }) => {
  mkdirSync(FOLDER, { recursive: true });
  const shots = await photograph(browser);
  const kept = new Set(shots.map(nameOf));
  for (const name of readdirSync(FOLDER)) if (!kept.has(name)) rmSync(join(FOLDER, name));
  writeFileSync(join(FOLDER, 'README.md'), index(shots));
});
