import { expect, test } from './wayfare.ts';

test('a search that somebody shared is changed from where it is', async ({ page, agent }) => {
  const shared = { from: 'demo-rail-eu:berlin-hbf', to: 'demo-rail-eu:frankfurt-hbf', date: agent.day };
  await page.goto(`/results?${new URLSearchParams({ ...shared, passengers: 'adult:1' })}`);
  await expect(page.getByRole('link', { name: /^Choose the trip from/ }).first()).toBeVisible();
  const change = page.getByRole('link', { name: /Change the search/ }); // where there is room the form is here already
  if (await change.isVisible()) await change.click();
  await expect(page.getByRole('button', { name: 'From Berlin Hbf' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^To Frankfurt/ })).toBeVisible();
});
