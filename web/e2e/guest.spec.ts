import { someAddress } from './agent.ts';
import { ADA, GRACE } from './passenger.ts';
import { expect, test } from './wayfare.ts';

test('a guest searches, chooses seats, pays, gets the tickets and cancels', async ({
  passenger,
  page,
  agent,
}) => {
  await page.goto('/');
  await passenger.choosePlace('From', 'berlni', 'Berlin Hbf');
  await passenger.choosePlace('To', 'franfurt', 'Frankfurt');
  await passenger.chooseDay(agent.day);
  await passenger.chooseParty(2);
  await page.getByRole('button', { name: 'Search', exact: true }).click();

  await page
    .getByRole('link', { name: /^Choose the trip from/ })
    .first()
    .click();
  await expect(passenger.heading).toHaveText(/^Berlin Hbf to Frankfurt/);
  await page.locator('label', { hasText: /^Flex/ }).click();
  await page.getByRole('link', { name: 'Continue' }).click();

  await passenger.chooseSeat();
  await expect(page.getByText('Choose 1 more seat')).toBeVisible();
  await passenger.chooseSeat();
  await expect(page.getByText('2 seats are chosen')).toBeVisible();
  await passenger.goToCheckout();

  await passenger.fillIn(someAddress(), ADA, GRACE);
  await passenger.pay('Is accepted at once');
  const locator = await passenger.booked();

  const ticket = await passenger.showTicket(GRACE);
  const pdf = await passenger.save(ticket.getByRole('button', { name: 'PDF file' }));
  expect(pdf.name).toBe(`${locator}-2.pdf`);
  expect(pdf.content).toMatch(/^%PDF-/);
  const calendar = await passenger.save(ticket.getByRole('button', { name: 'Calendar' }));
  expect(calendar.name).toBe(`${locator}-2.ics`);
  expect(calendar.content).toContain('BEGIN:VEVENT');
  expect(calendar.content).toContain(agent.day.replaceAll('-', ''));
  await ticket.getByRole('button', { name: 'Close' }).click();

  await passenger.cancel();
});
