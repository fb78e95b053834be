import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api, ask, bearer, isProblem, type components } from '@wayfare/shared/api';
import { forgetBooking, forgetKept, keep, kept, tokenOf } from '@wayfare/shared/session';

type Schemas = components['schemas'];
export type Booking = Schemas['BookingAnswer'];
export type BookingLeg = Booking['legs'][number];
export type Passenger = Booking['passengers'][number];

/** A booking, and whether it is how it was when there was a network. */
export interface Seen {
  booking: Booking;
  old: boolean;
}

const PAGE = 20;
const SOON_MS = 3_000;
const JSON_TYPE = 'application/json';

const pathOf = (locator: string) => `/v1/bookings/${locator}`;

/** A guest shows the token of the booking; without one, who is signed in is shown by itself. */
export function shown(locator: string): {
  params: { path: { locator: string } };
  headers?: Record<string, string>;
} {
  const token = tokenOf(locator);
  return { params: { path: { locator } }, ...(token ? { headers: bearer(token) } : {}) };
}

/** Without a network: what is kept on this device, else the error. */
async function orKept<T>(path: string, error: unknown): Promise<T> {
  const found = isProblem(error) && error.passes ? await kept(path) : null;
  if (found === null) throw error;
  return JSON.parse(found) as T;
}

async function readBooking(locator: string, signal: AbortSignal): Promise<Seen> {
  try {
    const booking = await ask(api.GET('/v1/bookings/{locator}', { ...shown(locator), signal }));
    await keep(pathOf(locator), JSON.stringify(booking), JSON_TYPE);
    return { booking, old: false };
  } catch (error) {
    if (isProblem(error, 'unauthenticated', 'forbidden') && tokenOf(locator)) {
      forgetBooking(locator); // it has expired; whoever is signed in may see it all the same
      return readBooking(locator, signal);
    }
    return { booking: await orKept<Booking>(pathOf(locator), error), old: true };
  }
}

/** Whether something is under way that ends without anybody doing anything. */
export const isMoving = (booking: Booking): boolean =>
  booking.status === 'pending' || booking.exchanges.some(({ state }) => state === 'pending');

export const bookingQuery = (locator: string) =>
  queryOptions({
    queryKey: ['booking', locator],
    queryFn: ({ signal }) => readBooking(locator, signal),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data.booking) ? SOON_MS : false),
  });

/** What a change of the booking answered is how it is from now on; its old tickets are good for nothing. */
export async function changed(client: QueryClient, booking: Booking): Promise<void> {
  await forgetKept(pathOf(booking.locator));
  await keep(pathOf(booking.locator), JSON.stringify(booking), JSON_TYPE);
  client.setQueryData<Seen>(bookingQuery(booking.locator).queryKey, { booking, old: false });
  await Promise.all([
    client.invalidateQueries({ queryKey: ['bookings'] }),
    client.invalidateQueries({ queryKey: ['invoices', booking.locator] }),
  ]);
}

type Page = Schemas['BookingsAnswer'];

/** The bookings of who is signed in, the newest first, page by page. */
export const myBookingsQuery = infiniteQueryOptions({
  queryKey: ['bookings'],
  queryFn: async ({ pageParam: before, signal }): Promise<Page & { old: boolean }> => {
    const path = '/v1/bookings';
    const query = { limit: PAGE, ...(before ? { before } : {}) };
    try {
      const page = await ask(api.GET(path, { params: { query }, signal }));
      if (!before) await keep(path, JSON.stringify(page), JSON_TYPE);
      return { ...page, old: false };
    } catch (error) {
      if (before) throw error;
      return { ...(await orKept<Page>(path, error)), next: null, old: true };
    }
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** The picture of a ticket's barcode as SVG. `ticket`: its whole number, another one after it was issued anew. */
export const barcodeQuery = (locator: string, number: number, ticket: string) =>
  queryOptions({
    queryKey: ['barcode', locator, ticket],
    queryFn: async ({ signal }) => {
      const path = `${pathOf(locator)}/tickets/${number}.svg?${ticket}`;
      const known = await kept(path);
      if (known !== null) return known;
      const { params, headers } = shown(locator);
      const picture = await ask(
        api.GET('/v1/bookings/{locator}/tickets/{number}.svg', {
          params: { path: { ...params.path, number } },
          headers,
          signal,
          parseAs: 'text',
        }),
      );
      await keep(path, picture, 'image/svg+xml');
      return picture;
    },
    staleTime: Infinity,
  });

export const invoicesQuery = (locator: string) =>
  queryOptions({
    queryKey: ['invoices', locator],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/bookings/{locator}/invoices', { ...shown(locator), signal }))).items,
  });
