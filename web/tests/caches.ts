/** Cache Storage as far as the app uses it, in memory: happy-dom has none. */
export function fakeCaches() {
  const stores = new Map<string, Map<string, Response>>();
  const absolute = (path: string | Request) =>
    new URL(typeof path === 'string' ? path : path.url, 'http://localhost').href;
  const open = (name: string) => {
    const store = stores.get(name) ?? new Map<string, Response>();
    stores.set(name, store);
    return Promise.resolve({
      put: (path: string, response: Response) => {
        store.set(absolute(path), response);
        return Promise.resolve();
      },
      match: (path: string) => Promise.resolve(store.get(absolute(path))?.clone()),
      keys: () => Promise.resolve([...store.keys()].map((url) => ({ url }))),
      delete: (request: Request) => Promise.resolve(store.delete(absolute(request))),
    });
  };
  return { open };
}
