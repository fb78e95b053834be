import {
  CalendarDate,
  endOfMonth,
  GregorianCalendar,
  parseDate,
  startOfMonth,
} from '@internationalized/date';
import { useQueries } from '@tanstack/react-query';
import { addDays, today, useFormat } from '@wayfare/shared/format';
import { useTag } from '@wayfare/shared/i18n';
import type { TripSearch } from '@wayfare/shared/trips';
import { cx, Icon, useNarrow } from '@wayfare/shared/ui';
import { Popup } from '@wayfare/shared/ui/Overlay';
import { useState, type RefObject } from 'react';
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
import { cheapestDays, pricesQuery, type PricedDay } from '../prices';
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

export default function DatePicker({ anchor, value, search, onChoose, onClose }: DatePickerProps) {
  const text = useText();
  const tag = useTag();
  const narrow = useNarrow();
  const months = narrow ? 1 : 2;
  const [shown, setShown] = useState(() => startOfMonth(parseDate(value)));
  const prices = usePrices(search, shown, months);
  const cheap = cheapestDays(prices);
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
          onFocusChange={(day) => setShown((old) => (inSight(day, old, months) ? old : startOfMonth(day)))}
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
                  {(date) => (
                    <Day
                      date={date}
                      price={prices[date.toString()]?.price}
                      cheap={cheap.has(date.toString())}
                    />
                  )}
                </CalendarGridBody>
              </CalendarGrid>
            ))}
          </div>
        </Calendar>
        {Object.keys(prices).length > 0 && <p className={styles.note}>{text('search.price.note')}</p>}
      </I18nProvider>
    </Popup>
  );
}

const inSight = (day: CalendarDate, begin: CalendarDate, months: number) =>
  day.compare(begin) >= 0 && day.compare(begin.add({ months })) < 0;

/** The lowest prices of the months in sight, month by month as they come. */
function usePrices(
  search: TripSearch | null,
  begin: CalendarDate,
  months: number,
): Record<string, PricedDay> {
  const earliest = parseDate(today());
  const spans = Array.from({ length: months }, (_, count) => {
    const month = begin.add({ months: count });
    const first = month.compare(earliest) < 0 ? earliest : month;
    return { first: first.toString(), days: endOfMonth(month).compare(first) + 1 };
  });
  return useQueries({
    queries: spans.map(({ first, days }) => pricesQuery(days > 0 ? search : null, first, days)),
    combine: (results) => Object.assign({}, ...results.map(({ data }) => data)) as Record<string, PricedDay>,
  });
}

interface DayProps {
  date: CalendarDate;
  price: PricedDay['price'] | undefined;
  cheap: boolean;
}

/** A day. Its price is drawn by the style sheet and belongs to its name: that is all a screen reader says of it. */
function Day({ date, price, cheap }: DayProps) {
  const format = useFormat();
  const amount = price ? format.money(price, true) : undefined;
  return (
    <CalendarCell
      date={date}
      className={cx(styles.day, cheap && styles.cheap)}
      render={(props) => (
        <div
          {...props}
          data-price={amount}
          aria-label={[props['aria-label'], amount].filter(Boolean).join(', ')}
        />
      )}
    />
  );
}
