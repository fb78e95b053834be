import { saveFile } from '@wayfare/shared/save';
import { Button, Notice } from '@wayfare/shared/ui';
import { useEffect, useRef } from 'react';
import styles from '../Account.module.css';
import { useText } from '../text';
import { copy } from './copy';

/** What opens the account when the phone is lost. Shown once: whoever has not kept them begins anew. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const text = useText();
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []); // what was pressed is gone
  const all = codes.join('\n');
  const save = () =>
    saveFile(new Blob([all, '\n'], { type: 'text/plain;charset=utf-8' }), 'wayfare-recovery-codes.txt');
  return (
    <div className={styles.form}>
      <h3 ref={top} tabIndex={-1}>
        {text('account.factor.codes')}
      </h3>
      <Notice tone="warning">{text('account.factor.codes.text')}</Notice>
      <ul className={styles.codes} dir="ltr" aria-label={text('account.factor.codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.actions}>
        <Button onClick={() => void copy(all, text)}>{text('account.factor.codes.copy')}</Button>
        <Button icon="download" onClick={save}>
          {text('account.factor.codes.save')}
        </Button>
        <Button variant="primary" onClick={onKept}>
          {text('account.factor.codes.kept')}
        </Button>
      </div>
    </div>
  );
}
