import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The system under test: a real `wayfare serve --demo` with a data folder of its own. Playwright reads its configuration
 * again in every worker, so what the first one chose stands in the environment.
 */
export interface System {
  url: string;
  /** Its data folder; letters are in `mail/`. */
  data: string;
  command: string;
  env: Record<string, string>;
}

export async function system(): Promise<System> {
  const port = (process.env.E2E_PORT ??= String(await freePort()));
  const data = (process.env.E2E_DATA ??= folder());
  return {
    url: `http://127.0.0.1:${port}`,
    data,
    command: `${ROOT}.venv/bin/wayfare serve --demo --port ${port}`,
    env: {
      WAYFARE_DATA_DIR: data,
      WAYFARE_MANY_FROM: '127.0.0.1/32', // all passengers of the tests come from one address
      WAYFARE_RATE_LIMITS: 'off',
      WAYFARE_LOG_LEVEL: 'warning',
    },
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
