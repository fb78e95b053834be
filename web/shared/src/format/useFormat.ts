import { useMemo } from 'react';
import { useTag } from '../i18n';
import * as formats from './formats';

/** The formats of the present language: `const format = useFormat(); format.money(price)`. */
export function useFormat() {
  const tag = useTag();
  return useMemo(
    () => ({
      money: (value: formats.Money, whole?: boolean) => formats.money(tag, value, whole),
      time: (at: string) => formats.time(tag, at),
      day: (of: string, style?: formats.DayStyle) => formats.day(tag, of, style),
      moment: (at: string) => formats.moment(tag, at),
      month: (of: string) => formats.month(tag, of),
      number: (value: number) => formats.number(tag, value),
      duration: (seconds: number, style?: 'short' | 'long') => formats.duration(tag, seconds, style),
      clock: (seconds: number) => formats.clock(tag, seconds),
      distance: (metres: number) => formats.distance(tag, metres),
      list: (items: readonly string[]) => formats.list(tag, items),
      offset: formats.offset,
    }),
    [tag],
  );
}
