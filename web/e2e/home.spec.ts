import { expect, test } from '@playwright/test';

test('the first page is the search', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveTitle(/Wayfare/);
  await expect(page.getByRole('search')).toBeVisible();
});
