import { Button, Card } from '@wayfare/shared/ui';
import { lazy, Suspense, useState } from 'react';
import styles from '../Account.module.css';
import { useText } from '../text';

const DeleteDialog = lazy(() => import('./DeleteDialog'));

export function DeleteAccount() {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <Card className={styles.panel}>
      <h2>{text('account.delete')}</h2>
      <p className={styles.soft}>{text('account.delete.text')}</p>
      <div className={styles.actions}>
        <Button variant="danger" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {text('account.delete.action')}
        </Button>
      </div>
      {open && (
        <Suspense>
          <DeleteDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Card>
  );
}
