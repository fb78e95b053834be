import { legName } from '@wayfare/shared/trips';
import { cx, Icon } from '@wayfare/shared/ui';
import type { Ride } from './seats';
import styles from './Seats.module.css';
import { countOf, type Chosen } from './selection';
import { useText } from './text';

interface LegStepsProps {
  rides: readonly Ride[];
  all: readonly Chosen[];
  present: number;
  onGo: (leg: number) => void;
}

/** The legs one after the other, and on which of them the seats are chosen. */
export function LegSteps({ rides, all, present, onGo }: LegStepsProps) {
  const text = useText();
  return (
    <ol className={styles.steps} aria-label={text('seats.legs')}>
      {rides.map(({ leg }, at) => (
        <li key={leg.departure_id}>
          <button
            type="button"
            aria-current={at === present ? 'step' : undefined}
            className={cx(styles.step, at === present && styles.present)}
            onClick={() => onGo(at)}
          >
            <Icon name={leg.mode} />
            <span className={styles.stepWords}>
              <span className={styles.stepName}>{legName(leg)}</span>
              <span>{text('seats.leg', { from: leg.from.name, to: leg.to.name })}</span>
            </span>
            {countOf(all[at] ?? []) === all[at]?.length && (
              <>
                <Icon name="check" size={18} />
                <span className="visually-hidden">{text('seats.leg.done')}</span>
              </>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}
