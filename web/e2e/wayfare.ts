import { test as base, type BrowserContext } from '@playwright/test';
import { Agent } from './agent.ts';
import { Passenger } from './passenger.ts';

export { expect } from '@playwright/test';

/** What a page complains about. Whatever a test does not expect fails it. */
export class Complaints {
  private readonly expected: RegExp[] = [];
  readonly heard: string[] = [];

  /** The test itself brings this about: a refusal by the server, a broken connection. */
  expect(...complaints: RegExp[]): void {
    this.expected.push(...complaints);
  }

  async listenTo(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
        console.error('Content-Security-Policy:', violatedDirective, blockedURI, sourceFile),
      );
    });
    context.on('console', (message) => {
      if (message.type() === 'error') this.heard.push(`${message.text()} ${message.location().url}`);
    });
    context.on('weberror', (error) => this.heard.push(String(error.error())));
  }

  get unexpected(): string[] {
    return this.heard.filter((complaint) => !this.expected.some((known) => known.test(complaint)));
  }
}

interface Fixtures {
  complaints: Complaints;
  /** Who sits at the browser. */
  passenger: Passenger;
  /** Everybody else, through the API. */
  agent: Agent;
}

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context }, provide) => {
      const complaints = new Complaints();
      await complaints.listenTo(context);
      await provide(complaints);
      base.expect(complaints.unexpected, 'errors in the browser').toEqual([]);
    },
    { auto: true },
  ],
  passenger: async ({ page }, provide) => provide(new Passenger(page)),
  agent: async ({ request }, provide, { parallelIndex }) => provide(new Agent(request, parallelIndex)),
});
