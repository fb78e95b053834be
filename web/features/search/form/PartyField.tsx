import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { CATEGORIES, type Party } from '@wayfare/shared/trips';
import { Icon } from '@wayfare/shared/ui';
import { lazy, Suspense, useRef, useState } from 'react';
import { useText } from '../text';
import styles from './Form.module.css';

const load = () => import('./PartyPicker');
const PartyPicker = lazy(load);

/** "2 adults and 1 child", in words of the present language. */
export function usePartyText(): (party: Party) => string {
  const shared = useSharedText();
  const format = useFormat();
  return (party) =>
    format.list(
      CATEGORIES.filter((category) => party[category]).map((category) =>
        shared(`category.${category}`, { count: party[category] ?? 0 }),
      ),
    );
}

export function PartyField({ value, onChange }: { value: Party; onChange: (party: Party) => void }) {
  const text = useText();
  const describe = usePartyText();
  const field = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.cell}>
      <button
        ref={field}
        type="button"
        className={styles.field}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
      >
        <Icon name="people" />
        <span className={styles.words}>
          <span className={styles.label}>{text('search.party')}</span>
          <span className={styles.value}>{describe(value)}</span>
        </span>
      </button>
      {open && (
        <Suspense>
          <PartyPicker anchor={field} value={value} onChange={onChange} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
