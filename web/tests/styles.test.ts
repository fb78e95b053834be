// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const sheets = ['shared/src', 'features', 'app/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css') && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);
const PHYSICAL =
  /^\s*(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|text-align:\s*(?:left|right)|float:\s*(?:left|right))\b(?!\s*\))/;

describe('every style sheet', () => {
  it.each(sheets)('%s follows the direction of reading', (sheet) => {
    const lines = readFileSync(join(root, sheet), 'utf8').split('\n');
    expect(lines.filter((line) => PHYSICAL.test(line) && !line.includes('@media'))).toEqual([]);
  });

  it.each(sheets)('%s takes its colours from the tokens', (sheet) => {
    if (sheet.endsWith('tokens.css')) return;
    const lines = readFileSync(join(root, sheet), 'utf8').split('\n');
    expect(lines.filter((line) => /:\s.*#[0-9a-f]{3,8}\b/i.test(line))).toEqual([]);
  });
});

const tokens = readFileSync(join(root, 'shared/src/ui/styles/tokens.css'), 'utf8');

/** A token in the light and the dark scheme. */
function colours(name: string): [string, string] {
  const value = new RegExp(`--${name}: (.*);`).exec(tokens)?.[1] ?? '';
  const pair = /light-dark\((#\w{6}), (#\w{6})\)/.exec(value);
  return pair ? [pair[1] ?? '', pair[2] ?? ''] : [value, value];
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT_ON: [string, string[]][] = [
  ['ink', ['paper', 'surface', 'sunken', 'raised']],
  ['ink-soft', ['paper', 'surface', 'sunken', 'raised']],
  ['accent', ['paper', 'surface', 'raised']],
  ['on-accent', ['accent', 'accent-hover']],
  ['on-accent-soft', ['accent-soft']],
  ['danger', ['paper', 'surface', 'danger-soft']],
  ['warning', ['surface', 'warning-soft']],
  ['good', ['surface', 'good-soft']],
  ['ink', ['danger-soft', 'warning-soft', 'good-soft', 'accent-soft']],
  ['on-night', ['night', 'night-deep']],
  ['on-night-soft', ['night', 'night-deep']],
];

describe('the tokens', () => {
  it.each(TEXT_ON.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))(
    '%s on %s can be read (4.5)',
    (text, ground) => {
      const [light, dark] = colours(text).map((colour, scheme) =>
        contrast(colour, colours(ground)[scheme] ?? ''),
      );
      expect(light).toBeGreaterThanOrEqual(4.5);
      expect(dark).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('edges of controls can be seen (3)', () => {
    for (const ground of ['surface', 'paper']) {
      colours('line-strong').forEach((colour, scheme) =>
        expect(contrast(colour, colours(ground)[scheme] ?? '')).toBeGreaterThanOrEqual(3),
      );
    }
  });
});
