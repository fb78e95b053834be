import { useSyncExternalStore } from 'react';
import { read, remove, write } from '../storage';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'wayfare.theme';
const listeners = new Set<() => void>();

export const currentTheme = (): Theme => THEMES.find((theme) => theme === read(KEY)) ?? 'system';

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') remove(KEY);
  else write(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

/** Before the first paint, and after a choice. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, currentTheme);

const DARK = '(prefers-color-scheme: dark)';

/** Whether the page is dark now: for what cannot be styled by CSS, such as the map. */
export function useDark(): boolean {
  const theme = useTheme();
  const system = useMedia(DARK);
  return theme === 'dark' || (theme === 'system' && system);
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** A phone held upright, or a window as narrow. */
export const useNarrow = (): boolean => useMedia('(max-width: 47.99rem)');
