// The offline shell: the app starts without a network. Answers of the API are never kept here; pages that want to be
// readable offline keep what they need themselves. The build fills in the version and the files.
const CACHE = `wayfare-${'__VERSION__'}`;
const SHELL = ['/', ...['__FILES__']];
const SLOW_MS = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('wayfare-') && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
  else if (request.mode === 'navigate' && isPage(url.pathname)) event.respondWith(networkFirst(request));
});

const isPage = (path) => !/^\/(v1|api|docs|redoc|openapi|metrics|rpc)(\/|\.|$)/.test(path);

/** Assets have a hash in their name: what is kept is right. */
async function keptFirst(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

/** The newest page where the network gives it soon, else the shell that is kept. */
async function networkFirst(request) {
  const kept = await caches.match('/');
  if (!kept) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, SLOW_MS, kept));
  return Promise.race([fetch(request).catch(() => kept), late]);
}
