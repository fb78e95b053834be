import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Chosen } from './agent.ts';

export interface Person {
  given: string;
  family: string;
}

export const ADA: Person = { given: 'Ada', family: 'Lovelace' };
export const GRACE: Person = { given: 'Grace', family: 'Hopper' };

/** How the test cards of the simulated gateway are called. */
export type Card =
  | 'Is accepted at once'
  | 'Is declined'
  | 'Is declined: too little money on it'
  | 'Your bank asks you first, and you confirm'
  | 'Your bank asks you first, and you refuse'
  | 'Is accepted after two seconds';

/** A passenger at the browser, in English: what they do, step by step. */
export class Passenger {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** What is told at once, because it is in the way. */
  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** Type a place as it comes, and take the suggestion that was meant. */
  async choosePlace(field: 'From' | 'To', typed: string, meant: string): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${field}`) }).click();
    await this.page.getByRole('searchbox').fill(typed);
    await this.page.getByRole('option', { name: meant }).first().click();
    await expect(this.page.getByRole('button', { name: `${field} ${meant}` })).toBeVisible();
  }

  /** `day`: YYYY-MM-DD, within a month or two. */
  async chooseDay(day: string): Promise<void> {
    const name = new Date(`${day}T12:00`).toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    });
    await this.page.getByRole('button', { name: /^Date/ }).click();
    const cell = this.page.getByRole('button', { name: new RegExp(`\\b${name}`) });
    const next = this.page.getByRole('button', { name: 'Next' }).first(); // the other is for screen readers
    await expect(next).toBeVisible();
    if (!(await cell.isVisible())) await next.click();
    await cell.click();
  }

  async chooseParty(adults: number): Promise<void> {
    await this.page.getByRole('button', { name: /^Passengers/ }).click();
    const more = this.page.getByRole('button', { name: 'More: Adults' });
    for (let count = 1; count < adults; count += 1) await more.click();
    await this.page.getByRole('button', { name: 'Done' }).click();
  }

  async openSeats({ query }: Pick<Chosen, 'query'>): Promise<void> {
    await this.page.goto(`/seats?${query}`);
    await expect(this.freeSeat()).toBeVisible();
  }

  /** One that can be had, of those in sight. */
  freeSeat(): Locator {
    return this.page.getByRole('button', { name: /^Coach .*, free$/ }).first();
  }

  seat(unit: string): Locator {
    return this.page.locator(`[data-unit="${unit}"]`);
  }

  /** Choose a seat on the plan; gives its unit. */
  async chooseSeat(): Promise<string> {
    const seat = this.freeSeat();
    const unit = await seat.getAttribute('data-unit');
    if (!unit) throw new Error('no seat is free');
    await seat.click();
    await expect(this.seat(unit)).toHaveAttribute('aria-pressed', 'true');
    return unit;
  }

  async goOn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  /** From the seats to the checkout, whose form is there then. */
  async goToCheckout(): Promise<void> {
    await this.goOn();
    await expect(this.heading).toHaveText('Who travels, and how you pay');
  }

  async fillIn(email: string, ...people: Person[]): Promise<void> {
    for (const [at, { given, family }] of people.entries()) {
      const group = this.page.getByRole('group', { name: `Passenger ${at + 1}` });
      await group.getByLabel('Given name').fill(given);
      await group.getByLabel('Family name').fill(family);
    }
    await this.page.getByLabel('E-mail address').fill(email);
  }

  async choosePayment(card: Card): Promise<void> {
    await this.page.getByRole('radio', { name: `Test card ${card}`, exact: true }).check();
  }

  get payButton(): Locator {
    return this.page.getByRole('button', { name: /^Pay / });
  }

  async pay(card: Card): Promise<void> {
    await this.choosePayment(card);
    await this.payButton.click();
  }

  /** The reference of the booking whose page comes. */
  async booked(): Promise<string> {
    await this.page.waitForURL('**/bookings/*');
    await expect(this.page.getByText('Confirmed', { exact: true })).toBeVisible();
    return new URL(this.page.url()).pathname.split('/').at(-1) ?? '';
  }

  /** Open the ticket of somebody, until its barcode is drawn. */
  async showTicket({ given, family }: Person): Promise<Locator> {
    await this.page.getByRole('button', { name: `Show ${given} ${family}` }).click();
    const ticket = this.page.getByRole('dialog', { name: 'Ticket' });
    const barcode = ticket.getByRole('img', { name: `Barcode of the ticket of ${given} ${family}` });
    await expect(barcode).toBeVisible();
    await expect
      .poll(() => barcode.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    return ticket;
  }

  /** Cancel the booking that is shown: what is given back is told before, and just that is given back. */
  async cancel(): Promise<void> {
    await this.page.getByRole('link', { name: 'Cancel the booking' }).click();
    const back = this.page.getByRole('definition').last();
    await expect(back).toHaveText(/^€\d/);
    const refund = await back.innerText();
    await this.page.getByRole('button', { name: 'Cancel for good' }).click();
    await expect(this.page.getByText('This booking is cancelled.')).toBeVisible();
    const told = this.page.getByRole('status').filter({ hasText: refund });
    await expect(told).toHaveText(/was refunded|is on its way back to you/);
  }

  /** The service worker has the app, and the page is its own. */
  async becomeReadyForOffline(): Promise<void> {
    await this.page.waitForFunction(async () => {
      const { active } = await navigator.serviceWorker.ready;
      return active?.state === 'activated' && navigator.serviceWorker.controller !== null;
    });
  }

  /** Something that is kept on the device to be read offline. */
  async haveKept(path: string): Promise<void> {
    await this.page.waitForFunction(
      async (wanted) => (await caches.match(wanted, { ignoreSearch: true })) !== undefined,
      path,
    );
  }

  /** The file that a button saves: its name and what is in it. */
  async save(button: Locator): Promise<{ name: string; content: string }> {
    const coming = this.page.waitForEvent('download');
    await button.click();
    const file = await coming;
    return { name: file.suggestedFilename(), content: await readFile(await file.path(), 'latin1') };
  }
}
