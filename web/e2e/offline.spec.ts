import { someAddress } from './agent.ts';
import { ADA } from './passenger.ts';
import { expect, test } from './wayfare.ts';

const OFFLINE = 'You are offline.';
const NO_NETWORK = /net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED)/;

test('results tell that there is no network, and come when it is back', async ({
  passenger,
  page,
  context,
  agent,
  complaints,
}) => {
  complaints.expect(NO_NETWORK);
  const { query } = await agent.findTrip();
  await page.goto(`/results?${query}`);
  const trips = page.getByRole('link', { name: /^Choose the trip from/ });
  await expect(trips.first()).toBeVisible();
  await passenger.becomeReadyForOffline();

  await context.setOffline(true);
  await expect(page.getByText(OFFLINE)).toBeVisible();
  await expect(trips.first()).toBeVisible(); // what is there stays
  await page.reload();
  await expect(page.getByText('There is no connection.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();

  await context.setOffline(false);
  await expect(page.getByText(OFFLINE)).toBeHidden();
  await expect(trips.first()).toBeVisible(); // by themselves
});

test('a ticket is shown without a network', async ({ passenger, page, context, agent, complaints }) => {
  complaints.expect(NO_NETWORK);
  const email = someAddress();
  const locator = await agent.book(email);
  await page.goto(`/bookings/${locator}`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Show the booking' }).click();
  await passenger.booked();
  await passenger.becomeReadyForOffline();
  await passenger.haveKept(`/v1/bookings/${locator}/tickets/1.svg`);

  await context.setOffline(true);
  await page.reload();
  const old = page.getByText('No connection. This is how it was when you last looked.');
  await expect(old).toBeVisible();
  const ticket = await passenger.showTicket(ADA);
  await expect(ticket.getByText('Ada Lovelace')).toBeVisible();
  await ticket.getByRole('button', { name: 'Close' }).click();

  await context.setOffline(false);
  await expect(old).toBeHidden(); // it is read anew by itself
  await expect(page.getByRole('link', { name: 'Cancel the booking' })).toBeVisible();
});
