import { someAddress } from './agent.ts';
import { linkIn } from './letters.ts';
import { GRACE } from './passenger.ts';
import { expect, test } from './wayfare.ts';

const PASSWORD = 'a long enough phrase 7';

test('somebody registers, books for a saved traveller and cancels', async ({ passenger, page, agent }) => {
  const email = someAddress();
  await page.goto('/register');
  await page.getByLabel('Given name').fill('Ada');
  await page.getByLabel('Family name').fill('Lovelace');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('checkbox', { name: 'I agree to the terms' }).check();
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page.getByText(`We have written to ${email}`)).toBeVisible();

  await page.goto(await linkIn('verify', email));
  await expect(page.getByText('Your address is confirmed')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();

  await page.getByRole('link', { name: 'Travellers' }).click();
  await page.getByRole('button', { name: 'Add a traveller' }).click();
  const sheet = page.getByRole('dialog', { name: 'Add a traveller' });
  await sheet.getByLabel('Given name').fill(GRACE.given);
  await sheet.getByLabel('Family name').fill(GRACE.family);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Grace Hopper' })).toBeVisible();

  await passenger.openSeats(await agent.findTrip());
  await passenger.chooseSeat();
  await passenger.goToCheckout();
  await expect(page.getByLabel('Given name')).toHaveValue('Ada'); // who is logged in
  await expect(page.getByLabel('E-mail address')).toHaveValue(email);
  await page.getByLabel('Saved travellers').selectOption('Grace Hopper');
  await expect(page.getByLabel('Family name')).toHaveValue('Hopper');
  await passenger.pay('Is accepted at once');
  const locator = await passenger.booked();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My trips' }).click();
  const upcoming = page.getByRole('region', { name: 'Coming up' });
  await expect(upcoming.getByText(locator)).toBeVisible();
  await expect(upcoming.getByText('Grace Hopper')).toBeVisible();
  await upcoming.getByRole('link', { name: /^Berlin Hbf to Frankfurt/ }).click();
  await passenger.cancel();

  await page.getByRole('link', { name: 'My trips' }).first().click();
  const past = page.getByRole('region', { name: 'Past and cancelled' });
  await expect(past.getByText(locator)).toBeVisible();
  await expect(past.getByText('Cancelled', { exact: true })).toBeVisible();
});
