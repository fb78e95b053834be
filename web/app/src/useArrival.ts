import { useMatches, useRouterState } from '@tanstack/react-router';
import { textOf, useSharedText } from '@wayfare/shared/i18n';
import { useEffect, useRef } from 'react';

const usePageText = textOf();

/** On another page: the window is named after it, and the focus goes to its beginning, as after a page load. */
export function useArrival(): void {
  const text = useSharedText();
  const pageText = usePageText();
  const key = useMatches({ select: (matches) => matches.at(-1)?.staticData.title });
  const path = useRouterState({
    select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname,
  });
  const before = useRef(path);
  const page = key ? pageText(key) : text('app.missing.title');
  useEffect(() => {
    document.title = text('app.title', { page });
  }, [text, page]);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
}
