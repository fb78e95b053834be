/** `device`: until somebody clears it; `tab`: as long as the tab is open, reloading included. */
export type Area = 'device' | 'tab';

const storage = (area: Area): Storage => (area === 'device' ? localStorage : sessionStorage);

/** The browser's storage for what may be lost: browsers that refuse it (private windows, full disks) are no error. */
export function read(key: string, area: Area = 'device'): string | null {
  try {
    return storage(area).getItem(key);
  } catch {
    return null;
  }
}

export function write(key: string, value: string, area: Area = 'device'): boolean {
  try {
    storage(area).setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function remove(key: string, area: Area = 'device'): void {
  try {
    storage(area).removeItem(key);
  } catch {
    return;
  }
}

/** JSON that was written before, checked by `is`; anything else is null. */
export function readJson<T>(
  key: string,
  is: (value: unknown) => value is T,
  area: Area = 'device',
): T | null {
  const text = read(key, area);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : null;
  } catch {
    return null;
  }
}
