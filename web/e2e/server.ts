import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const OUTPUT = fileURLToPath(new URL('../node_modules/.e2e', import.meta.url));
/** What the servers wrote. */
export const LOG = join(OUTPUT, 'server.log');

/** How long seats are held by the second inventory process; the least that it allows. */
const BRIEF_HOLD_S = 5;

/** One process of the system, as Playwright starts it. */
export interface Process {
  url: string;
  command: string;
  env: Record<string, string>;
}

/**
 * The system under test: a real `wayfare serve --demo` with a data folder of its own, and beside it on the same database an
 * inventory process whose holds are soon over. Playwright reads its configuration again in every worker, so what the first
 * one chose stands in the environment. Who sets E2E_PORT and E2E_DATA brings a server that runs already.
 */
export interface System {
  /** Its data folder; letters are in `mail/`. */
  data: string;
  /** The folder was made for this run, and goes with it. */
  own: boolean;
  server: Process;
  briefHolds: Process;
}

export async function system(): Promise<System> {
  const own = process.env.E2E_DATA === undefined;
  const data = (process.env.E2E_DATA ??= folder());
  const env = {
    WAYFARE_DATA_DIR: data,
    WAYFARE_MANY_FROM: '127.0.0.1/32', // all passengers of the tests come from one address
    WAYFARE_RATE_LIMITS: 'off',
    WAYFARE_LOG_LEVEL: 'warning',
  };
  return {
    data,
    own,
    server: await serve('E2E_PORT', '--demo', env),
    briefHolds: await serve('E2E_BRIEF_PORT', 'inventory', {
      ...env,
      WAYFARE_DATABASE_URL_FILE: join(data, 'run', 'postgres.url'),
      WAYFARE_POOL_SIZE: '3', // the server counted on no others
      WAYFARE_HOLD_TTL_S: String(BRIEF_HOLD_S),
    }),
  };
}

/** What an operator does: a command of `wayfare` on the running system. */
export async function operate(...words: string[]): Promise<void> {
  const { env } = (await system()).server;
  await promisify(execFile)(`${ROOT}.venv/bin/wayfare`, words, { env: { ...process.env, ...env } });
}

async function serve(name: string, what: string, env: Record<string, string>): Promise<Process> {
  const port = (process.env[name] ??= String(await freePort()));
  return {
    url: `http://127.0.0.1:${port}`,
    // Playwright wants colours, which say nothing in a file.
    command: `mkdir -p ${OUTPUT} && exec env -u FORCE_COLOR ${ROOT}.venv/bin/wayfare serve ${what} --port ${port} >>${LOG} 2>&1`,
    env,
  };
}

/** Readable by all: PostgreSQL never runs as root, so it is somebody else's. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wayfare-e2e-'));
  chmodSync(made, 0o755);
  return made;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
