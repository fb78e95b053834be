import { wallClock, type Moment } from './moments';

export interface Money {
  amount: string;
  currency: string;
}

const kept = new Map<string, unknown>();

function keep<T>(key: string, make: () => T): T {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as T;
}

const dates = (tag: string, options: Intl.DateTimeFormatOptions) =>
  keep(
    `d${tag}${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(tag, { timeZone: 'UTC', ...options }),
  );
const numbers = (tag: string, options: Intl.NumberFormatOptions) =>
  keep(`n${tag}${JSON.stringify(options)}`, () => new Intl.NumberFormat(tag, options));

/** Exact: the amount goes to `Intl` as the decimal text it is. Whole amounts may be shown without decimals. */
export function money(tag: string, { amount, currency }: Money, whole = false): string {
  const short = whole && /\.0+$/.test(amount);
  const options: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
  return numbers(tag, short ? { ...options, minimumFractionDigits: 0 } : options).format(
    amount as Intl.StringNumericLiteral,
  );
}

export const time = (tag: string, moment: Moment): string =>
  dates(tag, { hour: '2-digit', minute: '2-digit' }).format(wallClock(moment));

export type DayStyle = 'short' | 'long' | 'full' | 'weekday';
const DAY_STYLES: Record<DayStyle, Intl.DateTimeFormatOptions> = {
  short: { day: 'numeric', month: 'short' },
  long: { weekday: 'short', day: 'numeric', month: 'short' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'short' },
};

/** `day` is YYYY-MM-DD or a moment. */
export const day = (tag: string, day: string, style: DayStyle = 'long'): string =>
  dates(tag, DAY_STYLES[style]).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));

export const moment = (tag: string, at: Moment): string =>
  dates(tag, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(
    wallClock(at),
  );

export const month = (tag: string, day: string): string =>
  dates(tag, { month: 'long', year: 'numeric' }).format(new Date(`${day.slice(0, 7)}-01T00:00:00Z`));

export const number = (tag: string, value: number): string => numbers(tag, {}).format(value);

/** "4 hr 5 min", rounded up to the minute. */
export function duration(tag: string, seconds: number, style: 'short' | 'long' = 'short'): string {
  const minutes = Math.ceil(seconds / 60);
  const unit = (value: number, name: string) =>
    numbers(tag, { style: 'unit', unit: name, unitDisplay: style === 'long' ? 'long' : 'short' }).format(
      value,
    );
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  const shown = parts.filter(([value]) => value > 0).map(([value, name]) => unit(value, name));
  return shown.length ? shown.join(' ') : unit(0, 'minute');
}

/** "09:41": minutes and seconds that are left, less than an hour. */
export const clock = (tag: string, seconds: number): string =>
  dates(tag, { minute: '2-digit', second: '2-digit' }).format(new Date(seconds * 1000));

/** "350 m", "12 km". */
export function distance(tag: string, metres: number): string {
  const far = metres >= 1000;
  const value = far ? metres / 1000 : Math.round(metres / 10) * 10;
  return numbers(tag, {
    style: 'unit',
    unit: far ? 'kilometer' : 'meter',
    maximumFractionDigits: far && value < 10 ? 1 : 0,
  }).format(value);
}

export const list = (tag: string, items: readonly string[]): string =>
  keep(`l${tag}`, () => new Intl.ListFormat(tag, { type: 'conjunction' })).format(items);

/** "UTC+5:30", for places whose clocks differ. */
export function offset(of: string): string {
  const [, sign = '+', hours = '0', minutes = '00'] = /^([+-])(\d{2}):(\d{2})$/.exec(of) ?? [];
  return `UTC${sign === '-' ? '−' : '+'}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`;
}
