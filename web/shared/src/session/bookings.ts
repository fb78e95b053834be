import { readJson, remove, write } from '../storage';

/** The access tokens of bookings, kept on this device: whoever has one may see and change that booking. */
interface Kept {
  token: string;
  /** RFC 3339. */
  expires: string;
}

const KEY = 'wayfare.bookings';

function isKept(value: unknown): value is Record<string, Kept> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (one: Partial<Kept> | null) => typeof one?.token === 'string' && typeof one.expires === 'string',
    )
  );
}

/** Those that have not expired. */
function living(now = Date.now()): Record<string, Kept> {
  const all = Object.entries(readJson(KEY, isKept) ?? {});
  return Object.fromEntries(all.filter(([, { expires }]) => Date.parse(expires) > now));
}

/** Keep what POST /v1/bookings or /v1/bookings/lookup answered. */
export function remember(locator: string, token: string, expires: string): void {
  write(KEY, JSON.stringify({ ...living(), [locator.toUpperCase()]: { token, expires } }));
}

export const tokenOf = (locator: string): string | null => living()[locator.toUpperCase()]?.token ?? null;

/** The bookings this device has a token for, the newest last. */
export const rememberedBookings = (): string[] => Object.keys(living());

/** A token that was refused, or a booking that is in an account now. */
export function forgetBooking(locator: string): void {
  const others = Object.entries(living()).filter(([known]) => known !== locator.toUpperCase());
  write(KEY, JSON.stringify(Object.fromEntries(others)));
}

export const forgetBookings = (): void => remove(KEY);
