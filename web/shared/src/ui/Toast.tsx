import { useEffect, useSyncExternalStore } from 'react';
import { useSharedText } from '../i18n';
import { Button, IconButton } from './Button';
import { Icon } from './Icon';
import styles from './Toast.module.css';

interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'danger' | 'plain';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 7_000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Tell something in passing. What must not be missed is a `Notice` on the page instead. */
export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  last += 1;
  set([...toasts.filter((other) => other.text !== text), { id: last, text, tone: 'plain', ...options }]);
}

const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear; the app has one. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, text, tone, action } }: { toast: Toast }) {
  const say = useSharedText();
  useEffect(() => {
    if (action) return; // what can be pressed stays until it is
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, action]);
  return (
    <div className={styles.toast}>
      <Icon name={tone === 'danger' ? 'warning' : tone === 'good' ? 'check' : 'info'} />
      <p>{text}</p>
      {action && (
        <Button
          size="small"
          variant="quiet"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label={say('ui.close')} onClick={() => dismiss(id)} />
    </div>
  );
}
