import { useFormat } from '@wayfare/shared/format';
import { cx, Icon } from '@wayfare/shared/ui';
import { useEffect } from 'react';
import styles from './Checkout.module.css';
import { minutesTold, useCountdown } from './countdown';
import { useText } from './text';

const SHORT_S = 120;
/** The server's clock decides: until it says that the hold is over, it is asked every so often. */
const ASK_MS = 3_000;

/** How long the seats are held for. */
export function HoldClock({ until, onTimeUp }: { until: string; onTimeUp: () => unknown }) {
  const text = useText();
  const format = useFormat();
  const left = useCountdown(until);
  const over = left === 0;
  useEffect(() => {
    if (!over) return;
    onTimeUp();
    const timer = setInterval(() => onTimeUp(), ASK_MS);
    return () => clearInterval(timer);
  }, [over, onTimeUp]);
  const told = minutesTold(left);
  return (
    <div className={cx(styles.clock, left <= SHORT_S && styles.short)}>
      <Icon name="clock" />
      <p aria-hidden>
        {text('checkout.held')} <time className={styles.left}>{format.clock(left)}</time>
      </p>
      <p className="visually-hidden" role="status">
        {told === null ? text('checkout.held.long') : text('checkout.held.minutes', { count: told })}
      </p>
    </div>
  );
}
