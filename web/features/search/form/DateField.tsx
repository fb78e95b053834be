import { useFormat } from '@wayfare/shared/format';
import type { TripSearch } from '@wayfare/shared/trips';
import { lazy } from 'react';
import { useText } from '../text';
import { PickerField } from './PickerField';

const load = () => import('./DatePicker');
const DatePicker = lazy(load);

interface DateFieldProps {
  value: string;
  onChange: (day: string) => void;
  /** What prices of other days are asked for; null until it is known from where to where. */
  search: TripSearch | null;
}

export function DateField({ value, onChange, search }: DateFieldProps) {
  const text = useText();
  const format = useFormat();
  return (
    <PickerField
      icon="calendar"
      label={text('search.date')}
      value={format.day(value)}
      load={load}
      picker={(anchor, close) => (
        <DatePicker
          anchor={anchor}
          value={value}
          search={search}
          onClose={close}
          onChoose={(day) => {
            close();
            onChange(day);
          }}
        />
      )}
    />
  );
}
