import { useState } from 'react';
import { useFormat } from '../format';
import { useSharedText } from '../i18n';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Overlay';
import type { Wait } from './room';
import styles from './WaitingRoom.module.css';

/** Stands over the page while its visitor waits to be let in; what the visitor wanted then goes on by itself. */
export default function WaitingRoom({ wait }: { wait: Wait }) {
  const text = useSharedText();
  const format = useFormat();
  const [first] = useState(wait.position);
  return (
    <Dialog
      open
      title={text('wait.title')}
      onClose={wait.leave}
      footer={<Button onClick={wait.leave}>{text('wait.leave')}</Button>}
    >
      <div className={styles.wait}>
        <p role="status" className={styles.position}>
          {text('wait.position', { number: format.number(wait.position) })}
        </p>
        <progress
          className={styles.bar}
          aria-label={text('wait.progress')}
          max={first}
          value={Math.max(0, first - wait.position)}
        />
        <p className={styles.estimate}>
          {text('wait.estimate', { time: format.duration(Math.max(60, wait.estimateS), 'long') })}
        </p>
        <p>{text('wait.text')}</p>
      </div>
    </Dialog>
  );
}
