import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { FullResult, Reporter } from '@playwright/test/reporter';
import { LOG } from './server.ts';

const LINES = 60;

/** When all is over and the servers have stopped: their last words if something failed; and the data folder goes. */
export default class Ending implements Reporter {
  private readonly folder: string | null;

  constructor({ folder }: { folder: string | null }) {
    this.folder = folder;
  }

  onEnd({ status }: FullResult): void {
    if (status !== 'passed' && existsSync(LOG)) {
      const lines = readFileSync(LOG, 'utf8').trimEnd().split('\n');
      console.error(`The end of the servers' log, ${LOG}:\n${lines.slice(-LINES).join('\n')}`);
    }
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  printsToStdio(): boolean {
    return false;
  }
}
