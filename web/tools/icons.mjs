// Draws the PNG icons from icon.svg with Chromium (CHROMIUM, else /usr/bin/chromium). Their output is committed.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const folder = new URL('../app/public/icons/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', folder), 'utf8');
const full = svg.replace(/ rx="\d+"/, ''); // masks cut the corners themselves
const ICONS = [
  ['icon-180.png', 180, full, 0],
  ['icon-192.png', 192, svg, 0],
  ['icon-512.png', 512, svg, 0],
  ['maskable-512.png', 512, full, 0.1],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, size, picture, border] of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const inner = Math.round(size * (1 - 2 * border));
  const style = `margin:0;display:grid;place-items:center;height:100vh;background:${border ? '#0a3a33' : 'none'}`;
  await page.setContent(
    `<body style="${style}">${picture.replace('<svg', `<svg width="${inner}" height="${inner}"`)}`,
  );
  await page.screenshot({ path: fileURLToPath(new URL(name, folder)), omitBackground: true });
  await page.close();
}
await browser.close();
