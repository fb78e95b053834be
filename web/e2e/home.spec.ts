import { expect, test } from './wayfare.ts';

test('the first page is the search', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveTitle(/Wayfare/);
  await expect(page.getByRole('search')).toBeVisible();
});
