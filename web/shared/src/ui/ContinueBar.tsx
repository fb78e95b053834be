import type { ReactNode } from 'react';
import styles from './ContinueBar.module.css';

/** Stays at the bottom of a step: what was chosen so far, and the button that goes on. */
export function ContinueBar({ chosen, children }: { chosen: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.bar}>
      <div className={styles.inner}>
        <p>{chosen}</p>
        {children}
      </div>
    </div>
  );
}
