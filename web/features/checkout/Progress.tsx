import { Button, Notice, Screen } from '@wayfare/shared/ui';
import styles from './Checkout.module.css';
import { useText } from './text';
import type { Phase } from './useBooking';

interface ProgressProps {
  phase: Exclude<Phase, { is: 'form' }>;
  onAgain: () => void;
}

/** The booking is on its way: nothing to do but wait, go to the bank, or ask again. */
export function Progress({ phase, onAgain }: ProgressProps) {
  const text = useText();
  return (
    <Screen title={text('checkout.title')} hideTitle narrow>
      {phase.is === 'unsure' ? (
        <Notice
          tone="warning"
          title={text('checkout.unsure')}
          actions={
            <Button variant="primary" onClick={onAgain}>
              {text('checkout.unsure.again')}
            </Button>
          }
        >
          {text('checkout.unsure.text')}
        </Notice>
      ) : (
        <div className={styles.progress} role="status">
          <span className={styles.spinner} aria-hidden />
          <h2>{text(phase.is === 'pending' ? 'checkout.pending' : 'checkout.working')}</h2>
          <p>{text(phase.is === 'pending' ? 'checkout.pending.text' : 'checkout.working.text')}</p>
          {phase.is === 'pending' && phase.bank && (
            <a href={phase.bank} className={styles.bank}>
              {text('checkout.pending.bank')}
            </a>
          )}
        </div>
      )}
    </Screen>
  );
}
