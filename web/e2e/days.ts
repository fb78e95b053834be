const WEEKDAY = { wednesday: 3, thursday: 4 };
const DAY_MS = 86_400_000;

/** The first such day three weeks from now or later: far enough to be refunded, near enough to be on sale. */
export function dayOf(weekday: keyof typeof WEEKDAY): string {
  const first = new Date(Date.now() + 21 * DAY_MS);
  const wait = (WEEKDAY[weekday] - first.getUTCDay() + 7) % 7;
  return new Date(first.getTime() + wait * DAY_MS).toISOString().slice(0, 10);
}
