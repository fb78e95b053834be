import { CATEGORIES, PARTY_MAX, partySize, type Category, type Party } from '@wayfare/shared/trips';
import { Button, Stepper } from '@wayfare/shared/ui';
import { Popup } from '@wayfare/shared/ui/Overlay';
import type { RefObject } from 'react';
import { useText } from '../text';
import styles from './Form.module.css';

interface PartyPickerProps {
  anchor: RefObject<HTMLElement | null>;
  value: Party;
  onChange: (party: Party) => void;
  onClose: () => void;
}

export default function PartyPicker({ anchor, value, onChange, onClose }: PartyPickerProps) {
  const text = useText();
  const size = partySize(value);
  const set = (category: Category, count: number) => onChange({ ...value, [category]: count });
  return (
    <Popup
      title={text('search.party')}
      anchor={anchor}
      open
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {text('search.done')}
        </Button>
      }
    >
      <div className={styles.party}>
        {CATEGORIES.map((category) => {
          const count = value[category] ?? 0;
          return (
            <Stepper
              key={category}
              label={text(`search.party.${category}`)}
              value={count}
              min={size === count ? 1 : 0}
              max={count + PARTY_MAX - size}
              onChange={(next) => set(category, next)}
            />
          );
        })}
      </div>
    </Popup>
  );
}
