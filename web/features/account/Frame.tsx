import { Link, links, useGo, useHere } from '@wayfare/shared/pages';
import { useSignedIn } from '@wayfare/shared/session';
import { Button, Icon, Screen } from '@wayfare/shared/ui';
import { useEffect, type ReactNode } from 'react';
import styles from './Account.module.css';
import { useLeave } from './useLeave';
import { useText } from './text';

const SECTIONS = [
  { target: links.account(), title: 'account.profile', icon: 'person' },
  { target: links.account('travellers'), title: 'account.travellers', icon: 'people' },
  { target: links.account('devices'), title: 'account.devices', icon: 'lock' },
  { target: links.account('privacy'), title: 'account.privacy', icon: 'settings' },
] as const;

/** Around the pages of an account: for who is signed in alone; others are sent to log in, and come back. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const text = useText();
  const signedIn = useSignedIn();
  const go = useGo();
  const here = useHere();
  const leave = useLeave();
  useEffect(() => {
    if (!signedIn) go(links.login(here), { replace: true });
  }, [signedIn, go, here]);
  if (!signedIn) return null;
  return (
    <Screen title={title}>
      <div className={styles.frame}>
        <nav className={styles.sections} aria-label={text('account.title')}>
          {SECTIONS.map(({ target, title: key, icon }) => (
            <Link key={key} {...target} whole>
              <Icon name={icon} />
              {text(key)}
            </Link>
          ))}
          <Button variant="quiet" icon="out" onClick={() => void leave()}>
            {text('account.logout')}
          </Button>
        </nav>
        <div className={styles.content}>{children}</div>
      </div>
    </Screen>
  );
}
