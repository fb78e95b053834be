/** localStorage for what may be lost: browsers that refuse it (private windows, full disks) are no error. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    return;
  }
}

/** JSON that was written before, checked by `is`; anything else is null. */
export function readJson<T>(key: string, is: (value: unknown) => value is T): T | null {
  const text = read(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : null;
  } catch {
    return null;
  }
}
