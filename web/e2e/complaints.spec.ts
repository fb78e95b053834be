import { expect, test } from './wayfare.ts';

// What would otherwise be green for ever: that complaints of the browser are heard.
test('complaints of the browser are heard', async ({ page, complaints }) => {
  complaints.expect(
    /told on the console/,
    /thrown by a script/,
    /Content-Security-Policy|Content Security Policy/,
  );
  await page.goto('/');
  await page.evaluate(() => {
    console.error('told on the console');
    setTimeout(() => {
      throw new Error('thrown by a script');
    });
    const image = new Image();
    image.src = 'http://192.0.2.1/forbidden.png';
  });
  for (const word of ['told on the console', 'thrown by a script', 'img-src'])
    await expect.poll(() => complaints.heard.some((complaint) => complaint.includes(word)), word).toBe(true);
  expect(complaints.unexpected).toEqual([]);
});
