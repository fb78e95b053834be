import { Outlet } from '@tanstack/react-router';
import { useSharedText } from '@wayfare/shared/i18n';
import { Link, links } from '@wayfare/shared/pages';
import { Icon, IconButton, Logo, Toasts, useNarrow } from '@wayfare/shared/ui';
import { useWait } from '@wayfare/shared/waiting';
import { lazy, Suspense, useState } from 'react';
import { Navigation } from './Navigation';
import styles from './Shell.module.css';
import { useArrival } from './useArrival';
import { useOnline } from './useOnline';

const Preferences = lazy(() => import('./Preferences'));
const WaitingRoom = lazy(() => import('@wayfare/shared/waiting/WaitingRoom'));

/** What is around every page. */
export function Shell() {
  const text = useSharedText();
  const narrow = useNarrow();
  const online = useOnline();
  const wait = useWait();
  const [open, setOpen] = useState(false);
  useArrival();
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {text('app.skip')}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link {...links.home()} className={styles.brand} aria-label={text('app.home')}>
            <Logo />
          </Link>
          {!narrow && <Navigation className={styles.nav} />}
          <IconButton
            icon="settings"
            label={text('app.preferences')}
            className={styles.preferences}
            onClick={() => setOpen(true)}
          />
        </div>
      </header>
      {!online && (
        <p className={styles.offline} role="status">
          <Icon name="offline" size={18} />
          {text('app.offline')}
        </p>
      )}
      <main id="content" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <footer className={styles.footer}>{text('app.footer')}</footer>
      {narrow && <Navigation className={styles.tabs} />}
      <Toasts />
      {wait && (
        <Suspense>
          <WaitingRoom wait={wait} />
        </Suspense>
      )}
      {open && (
        <Suspense>
          <Preferences onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
