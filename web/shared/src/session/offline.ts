/**
 * What this device keeps to be read without a network: tickets and the bookings they belong to. Gone on sign-out.
 * The name does not begin as the service worker's caches do, which go with every new version of the app.
 */
const CACHE = 'wayfare.tickets';

const available = (): boolean => 'caches' in globalThis; // not on plain http, not in every private window

export async function keep(path: string, body: string, type: string): Promise<void> {
  if (!available()) return;
  try {
    const cache = await caches.open(CACHE);
    await cache.put(path, new Response(body, { headers: { 'content-type': type } }));
  } catch {
    return; // a full disk: it is read from the network then
  }
}

export async function kept(path: string): Promise<string | null> {
  if (!available()) return null;
  try {
    const found = await (await caches.open(CACHE)).match(path);
    return found ? await found.text() : null;
  } catch {
    return null;
  }
}

/** Whatever is kept under this path: a booking that was cancelled. */
export async function forgetKept(under = '/'): Promise<void> {
  if (!available()) return;
  try {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname.startsWith(under)) await cache.delete(request);
    }
  } catch {
    return;
  }
}
