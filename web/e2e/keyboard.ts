import { expect, type Locator, type Page } from '@playwright/test';

/** More than any page has from its beginning to what people came for. */
const MOST_TABS = 90;

/** Press Tab until one of these has the focus, which must be seen there. */
export async function tabTo(wanted: Locator): Promise<void> {
  const page = wanted.page();
  await expect(wanted.first()).toBeAttached();
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await wanted.and(page.locator(':focus')).count()) > 0) {
      await expectFocusSeen(page);
      return;
    }
  }
  throw new Error(`${String(wanted)} does not get the focus by ${MOST_TABS} tabs`);
}

/** What has the focus shows it, and nothing lies over it (WCAG 2.2, 2.4.7 and 2.4.11). */
export async function expectFocusSeen(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(focusFault), { message: 'the focus is seen' }).toBeNull();
}

/** Runs in the page: why the focus is not seen; null when it is. */
function focusFault(): string | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused === document.body) return 'nothing has the focus';
  // What covers a card, and radio buttons, are drawn by pseudo-elements and by what is around or beside them.
  const drawn = [focused, focused.nextElementSibling, focused.closest('label')].filter((one) => one !== null);
  const marked = drawn.find(
    (one) =>
      getComputedStyle(one).clipPath === 'none' &&
      [undefined, '::before', '::after'].some((part) => {
        const { content, outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one, part);
        const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
        return (!part || content !== 'none') && (outlined || boxShadow !== 'none');
      }),
  );
  const name = focused.outerHTML.slice(0, 120);
  if (!marked) return `no ring around ${name}`;
  const { left, top, width, height } = marked.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `out of sight: ${name}`;
  const over = document.elementFromPoint(x, y);
  const free = over !== null && drawn.some((one) => one.contains(over) || over.contains(one));
  return free ? null : `under ${over?.outerHTML.slice(0, 120) ?? 'nothing'}: ${name}`;
}
