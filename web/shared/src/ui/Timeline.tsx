import type { ReactNode } from 'react';
import { cx } from './classes';
import styles from './Timeline.module.css';

/** Points along a line from top to bottom: the calls of a trip, the steps of a booking. */
export function Timeline({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className={styles.timeline} aria-label={label}>
      {children}
    </ol>
  );
}

interface PointProps {
  /** Beside the line: a time. */
  aside?: ReactNode;
  children: ReactNode;
  /** `end`: boarding and leaving; `between`: passed on the way; `plain`: no point at all. */
  kind?: 'end' | 'between' | 'plain';
  /** The line from here to the next: a ride, a walk or change, or none after the last. */
  line?: 'ride' | 'walk' | 'none';
}

export function TimelinePoint({ aside, children, kind = 'between', line = 'ride' }: PointProps) {
  return (
    <li className={cx(styles.point, styles[kind], styles[line])}>
      <div className={styles.aside}>{aside}</div>
      <div className={styles.rail} aria-hidden />
      <div className={styles.body}>{children}</div>
    </li>
  );
}
