import type { HTMLAttributes, ReactNode } from 'react';
import { cx } from './classes';
import { Icon, type IconName } from './Icon';
import styles from './Surface.module.css';

export function Card({ className, ...rest }: HTMLAttributes<HTMLDivElement>) {
  return <div {...rest} className={cx(styles.card, className)} />;
}

type Tone = 'plain' | 'accent' | 'good' | 'warning' | 'danger';

export function Badge({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <span className={cx(styles.badge, styles[tone])}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

interface NoticeProps {
  tone?: Exclude<Tone, 'plain'>;
  title?: string;
  children?: ReactNode;
  /** What can be done about it: buttons. */
  actions?: ReactNode;
  icon?: IconName;
}

/** Something people should know. Dangers are read out at once, the rest when there is a pause. */
export function Notice({ tone = 'accent', title, children, actions, icon }: NoticeProps) {
  const picture = icon ?? (tone === 'accent' ? 'info' : tone === 'good' ? 'check' : 'warning');
  return (
    <div className={cx(styles.notice, styles[tone])} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon name={picture} />
      <div className={styles.words}>
        {title && <p className={styles.title}>{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
}

/** Nothing is here, and what to do then. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Takes the room of what is loading: give it the size of that by a class. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx(styles.skeleton, className)} />;
}
