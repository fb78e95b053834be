import { useQuery } from '@tanstack/react-query';
import { addDays, today, useFormat } from '@wayfare/shared/format';
import { Link, links } from '@wayfare/shared/pages';
import type { TripSearch } from '@wayfare/shared/trips';
import { cx } from '@wayfare/shared/ui';
import { useEffect, useRef } from 'react';
import { cheapestDays, pricesQuery } from '../prices';
import { useText } from '../text';
import styles from './DayStrip.module.css';

const BEFORE = 3;
const SHOWN = 7;

/** The days around that of the search, with what they cost where that is known. */
export function DayStrip({ search }: { search: TripSearch }) {
  const text = useText();
  const format = useFormat();
  const earliest = today();
  const begin = [addDays(search.date, -BEFORE), earliest].sort().at(-1) ?? earliest;
  const { data: prices = {} } = useQuery(pricesQuery(search, begin, SHOWN));
  const cheap = cheapestDays(prices);
  const chosen = useRef<HTMLAnchorElement>(null);

  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [search.date]);

  return (
    <nav aria-label={text('results.days')} className={styles.strip}>
      {Array.from({ length: SHOWN }, (_, count) => addDays(begin, count)).map((day) => {
        const own = day === search.date;
        const price = prices[day]?.price;
        return (
          <Link
            key={day}
            {...links.results({ ...search, date: day })}
            ref={own ? chosen : undefined}
            className={cx(styles.day, own && styles.own)}
          >
            <span className={styles.name}>{format.day(day)}</span>
            <span className={cx(styles.price, cheap.has(day) && styles.cheap)}>
              {price ? format.money(price, true) : prices[day]?.status === 'none' ? '–' : '\u00a0'}
            </span>
          </Link>
        );
      })}
    </nav>
  );
}
