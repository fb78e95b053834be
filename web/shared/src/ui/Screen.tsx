import type { ReactNode } from 'react';
import { cx } from './classes';
import styles from './Screen.module.css';

interface ScreenProps {
  /** The heading of the page; `hideTitle` keeps it for screen readers. */
  title: string;
  hideTitle?: boolean;
  lead?: ReactNode;
  /** As wide as lines are read well, for forms and texts. */
  narrow?: boolean;
  children: ReactNode;
}

/** The room of a page, with its heading. */
export function Screen({ title, hideTitle, lead, narrow, children }: ScreenProps) {
  return (
    <div className={cx(styles.screen, narrow && styles.narrow)}>
      <header className={hideTitle ? 'visually-hidden' : styles.header}>
        <h1>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </div>
  );
}
