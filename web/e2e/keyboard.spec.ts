import { someAddress } from './agent.ts';
import { expectFocusSeen, tabTo } from './keyboard.ts';
import { wordsIn } from './words.ts';
import { expect, test } from './wayfare.ts';

/** Far from the days of other tests, in weeks. */
const WEEKS_AHEAD = 5;

for (const [language, locale, dir] of [
  ['en', 'en-GB', 'ltr'],
  ['ar', 'ar-EG', 'rtl'],
] as const) {
  test.describe(language, () => {
    test.use({ locale });

    test('from the first page to the ticket with the keyboard alone', async ({ page, isMobile }, info) => {
      test.skip(isMobile, 'phones have none');
      const words = wordsIn(language);
      const { keyboard } = page;
      const named = (role: 'button' | 'link', key: string) =>
        page.getByRole(role, { name: new RegExp(`^${words(key).source}`) });

      await page.goto('/');
      await expect(page.locator('html')).toHaveAttribute('dir', dir);
      await tabTo(named('button', 'search.from'));
      await keyboard.type('berlni');
      await expect(page.getByRole('option', { name: 'Berlin Hbf' })).toBeVisible();
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await expect(page.getByRole('listbox')).toBeHidden();
      await expectFocusSeen(page);
      await tabTo(named('button', 'search.to'));
      await keyboard.type('frankfurt');
      await expect(page.getByRole('option', { name: 'Frankfurt' }).first()).toBeVisible();
      await keyboard.press('Enter');
      await expect(page.getByRole('listbox')).toBeHidden();
      await tabTo(named('button', 'search.date'));
      await keyboard.press('Enter');
      await expect(page.getByRole('grid').first()).toBeVisible();
      for (let week = 0; week < WEEKS_AHEAD + info.parallelIndex; week += 1)
        await keyboard.press('ArrowDown');
      await expectFocusSeen(page);
      await keyboard.press('Enter');
      await expect(page.getByRole('grid')).toBeHidden();
      await tabTo(named('button', 'search.submit'));
      await keyboard.press('Enter');

      await tabTo(named('link', 'results.choose'));
      await keyboard.press('Enter');
      await tabTo(named('link', 'trip.continue'));
      await keyboard.press('Enter');

      await tabTo(page.locator('[data-unit][data-state="free"]'));
      const seat = page.locator('[data-unit]:focus');
      await expect(async () => {
        await keyboard.press('ArrowDown');
        await expect(seat).toHaveAttribute('data-state', 'free', { timeout: 1 });
      }).toPass({ intervals: [0] });
      await keyboard.press('Space');
      await expect(seat).toHaveAttribute('aria-pressed', 'true');
      await expectFocusSeen(page);
      await tabTo(named('button', 'seats.continue'));
      await keyboard.press('Enter');

      await tabTo(page.getByLabel(words('checkout.given')));
      await keyboard.type('Ada');
      await tabTo(page.getByLabel(words('checkout.family')));
      await keyboard.type('Lovelace');
      await tabTo(page.getByLabel(words('checkout.email')));
      await keyboard.type(someAddress());
      await tabTo(page.getByRole('radio'));
      await keyboard.press('Space');
      await expect(page.getByRole('radio', { name: words('pay.card.approved') })).toBeChecked();
      await tabTo(named('button', 'checkout.pay'));
      await keyboard.press('Enter');

      await tabTo(named('button', 'trips.show'));
      await keyboard.press('Enter');
      await expect(page.getByRole('img', { name: words('trips.barcode') })).toBeVisible();
      await tabTo(page.getByRole('dialog').getByRole('button').last());
      await keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expectFocusSeen(page);
    });
  });
}
