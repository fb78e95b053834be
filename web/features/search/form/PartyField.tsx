import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { CATEGORIES, type Party } from '@wayfare/shared/trips';
import { lazy } from 'react';
import { useText } from '../text';
import { PickerField } from './PickerField';

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
  return (
    <PickerField
      icon="people"
      label={text('search.party')}
      value={describe(value)}
      load={load}
      picker={(anchor, close) => (
        <PartyPicker anchor={anchor} value={value} onChange={onChange} onClose={close} />
      )}
    />
  );
}
