// Makes the types of the API client from the OpenAPI document that `wayfare openapi` prints.
// With --check it writes nothing and fails when the committed file is not what would be written.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const target = new URL('../shared/src/api/schema.d.ts', import.meta.url);
const environment = fileURLToPath(new URL('../../.venv/bin/wayfare', import.meta.url));
const wayfare = existsSync(environment) ? environment : 'wayfare';
// Settings of whoever runs this change nothing.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WAYFARE_')));
const document = execFileSync(wayfare, ['openapi'], { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
const heading = '// Made by `npm run client` from the OpenAPI document. Do not edit.\n\n';
const text = heading + astToString(await openapiTS(JSON.parse(document), { alphabetize: true }));

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('shared/src/api/schema.d.ts is stale: run `npm run client` and commit it');
  process.exit(1);
}
