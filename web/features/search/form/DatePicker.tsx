import { CalendarDate, parseDate } from '@internationalized/date';
import { GregorianCalendar } from '@internationalized/date';
import { addDays, today } from '@wayfare/shared/format';
import { useTag } from '@wayfare/shared/i18n';
import type { TripSearch } from '@wayfare/shared/trips';
import { Icon, useNarrow } from '@wayfare/shared/ui';
import { Popup } from '@wayfare/shared/ui/Overlay';
import type { RefObject } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
  I18nProvider,
} from 'react-aria-components';
import { useText } from '../text';
import styles from './DatePicker.module.css';

/** Timetables are seldom on sale farther ahead. */
const AHEAD_DAYS = 365;

interface DatePickerProps {
  anchor: RefObject<HTMLElement | null>;
  value: string;
  search: TripSearch | null;
  onChoose: (day: string) => void;
  onClose: () => void;
}

export default function DatePicker({ anchor, value, onChoose, onClose }: DatePickerProps) {
  const text = useText();
  const tag = useTag();
  const narrow = useNarrow();
  const months = narrow ? 1 : 2;
  return (
    <Popup title={text('search.date')} anchor={anchor} open onClose={onClose}>
      <I18nProvider locale={`${tag}-u-ca-gregory`}>
        <Calendar
          aria-label={text('search.date')}
          autoFocus
          createCalendar={() => new GregorianCalendar()}
          defaultValue={parseDate(value)}
          minValue={parseDate(today())}
          maxValue={parseDate(addDays(today(), AHEAD_DAYS))}
          visibleDuration={{ months }}
          pageBehavior="single"
          onChange={(day: CalendarDate) => onChoose(day.toString())}
        >
          <header className={styles.header}>
            <Button slot="previous" className={styles.turn}>
              <Icon name="chevron" className={styles.flipped} />
            </Button>
            <Heading className={styles.month} />
            <Button slot="next" className={styles.turn}>
              <Icon name="chevron" />
            </Button>
          </header>
          <div className={styles.months}>
            {Array.from({ length: months }, (_, offset) => (
              <CalendarGrid
                key={offset}
                offset={{ months: offset }}
                weekdayStyle="short"
                className={styles.grid}
              >
                <CalendarGridHeader>
                  {(day) => <CalendarHeaderCell className={styles.weekday}>{day}</CalendarHeaderCell>}
                </CalendarGridHeader>
                <CalendarGridBody>
                  {(date) => <CalendarCell date={date} className={styles.day} />}
                </CalendarGridBody>
              </CalendarGrid>
            ))}
          </div>
        </Calendar>
      </I18nProvider>
    </Popup>
  );
}
