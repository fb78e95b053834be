import { daysBetween, useFormat, type Money, type Moment } from '../format';
import { useSharedText } from '../i18n';
import { cx } from './classes';
import styles from './Values.module.css';

interface PriceProps {
  value: Money;
  size?: 'medium' | 'large';
  /** Without decimals where there are none to tell. */
  whole?: boolean;
}

export function Price({ value, size = 'medium', whole }: PriceProps) {
  const format = useFormat();
  return (
    <data value={`${value.amount} ${value.currency}`} className={cx(styles.price, styles[size])}>
      {format.money(value, whole)}
    </data>
  );
}

interface ClockProps {
  at: Moment;
  /** Where the trip began: another day than that is told, as "+1". */
  since?: Moment;
  className?: string;
}

/** The time on the clock of the place. */
export function Clock({ at, since, className }: ClockProps) {
  const format = useFormat();
  const text = useSharedText();
  const days = since ? daysBetween(since, at) : 0;
  return (
    <time dateTime={at} className={cx(styles.clock, className)}>
      {format.time(at)}
      {days !== 0 && (
        <>
          <sup className={styles.days} dir="ltr" aria-hidden>
            {days > 0 ? `+${format.number(days)}` : format.number(days)}
          </sup>
          <span className="visually-hidden"> {text('ui.days.later', { count: days })}</span>
        </>
      )}
    </time>
  );
}

export function Duration({ seconds, className }: { seconds: number; className?: string }) {
  const format = useFormat();
  return (
    <time dateTime={`PT${Math.ceil(seconds / 60)}M`} className={className}>
      {format.duration(seconds)}
    </time>
  );
}
