import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

const WORKER = new URL('../app/sw.js', import.meta.url);
const COMPRESSED = /\.(m?js|css|html|svg|json|webmanifest)$/;
const COMPRESSED_FROM = 1_400;
const FIRST_PAGE_KB = 150;
/** What a visitor in English loads to see the first page, beside the entry itself. */
const FIRST_PAGE = ['/search/SearchPage.tsx', '/search/messages/en.json', '/shared/messages/en.json'];

/** What makes the build an app: a service worker that knows the shell, the first font early, compressed copies. */
export function shell(): Plugin {
  let outDir = '';
  return {
    name: 'wayfare-shell',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) =>
          /figtree-latin-wght-normal.*\.woff2$/.test(name),
        );
        if (!font) throw new Error('the Latin font is not in the bundle');
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${font}` };
        return [{ tag: 'link', attrs, injectTo: 'head' }];
      },
    },
    generateBundle(_options, bundle) {
      // Everything but the map and fonts of other scripts: those are kept when first used.
      const files = Object.values(bundle)
        .map((file) => file.fileName)
        .filter((name) => /\.(js|css)$/.test(name) || /figtree-latin-wght-normal/.test(name))
        .filter((name) => !/map(libre|View)|countries/i.test(name))
        .sort();
      const source = readFileSync(WORKER, 'utf8');
      const version = createHash('sha256')
        .update(files.join() + source)
        .digest('hex')
        .slice(0, 12);
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: source
          .replace("'__VERSION__'", JSON.stringify(version))
          .replace("['__FILES__']", JSON.stringify(files.map((name) => `/${name}`))),
      });
    },
    writeBundle(_options, bundle) {
      const kilobytes = firstPage(Object.values(bundle).filter((file) => file.type === 'chunk'));
      this.info(`first page: ${kilobytes.toFixed(1)} of ${FIRST_PAGE_KB} KB of JavaScript, gzipped`);
      if (kilobytes > FIRST_PAGE_KB) throw new Error('the first page is too heavy: load something later');
    },
    async closeBundle() {
      for (const entry of await readdir(outDir, { recursive: true })) {
        const path = join(outDir, entry);
        if (COMPRESSED.test(path)) await compress(path);
      }
    },
  };
}

/** The scripts of the first page with everything they import at once, in gzipped kilobytes. */
function firstPage(chunks: Rolldown.OutputChunk[]): number {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const begun = chunks.filter(
    (chunk) => chunk.isEntry || FIRST_PAGE.some((module) => chunk.facadeModuleId?.endsWith(module)),
  );
  if (begun.length !== FIRST_PAGE.length + 1) throw new Error('the modules of the first page have moved');
  const needed = new Set(begun);
  for (const chunk of needed) {
    for (const name of chunk.imports) {
      const imported = byName.get(name);
      if (imported) needed.add(imported);
    }
  }
  return [...needed].reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0) / 1024;
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < COMPRESSED_FROM) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, quality));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}
