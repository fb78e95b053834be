/**
 * Moments of the timetable are RFC 3339 with the offset of their place: passengers read the clock that hangs there, so
 * they are shown by their own offset and never moved into the browser's time zone.
 */
export type Moment = string;

/** The wall clock of a moment as a Date whose UTC fields are what the clock shows. */
export function wallClock(moment: Moment): Date {
  return new Date(`${moment.slice(0, 19)}Z`);
}

/** The day of a moment by its own clock, as YYYY-MM-DD. */
export const dayOf = (moment: Moment): string => moment.slice(0, 10);

/** The time of a moment by its own clock, as HH:MM. */
export const clockOf = (moment: Moment): string => moment.slice(11, 16);

export const secondsBetween = (from: Moment, to: Moment): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;

/** By how many calendar days `to` is after `from`, each by its own clock: 1 is "+1 day". */
export const daysBetween = (from: Moment, to: Moment): number =>
  Math.round((Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / 86_400_000);

/** "+05:30" of a moment; "+00:00" for Z. */
export function offsetOf(moment: Moment): string {
  return /[+-]\d{2}:\d{2}$/.exec(moment)?.[0] ?? '+00:00';
}

/** The day `count` days after another, as YYYY-MM-DD. */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** Today by the visitor's clock, as YYYY-MM-DD. */
export function today(now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}
