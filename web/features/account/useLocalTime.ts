import { useTag } from '@wayfare/shared/i18n';
import { useMemo } from 'react';

/** Writes a moment by the clock of who looks: for what happened on devices, not in a timetable. */
export function useLocalTime(): (moment: string) => string {
  const tag = useTag();
  return useMemo(() => {
    const form = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' });
    return (moment) => form.format(new Date(moment));
  }, [tag]);
}

/** Writes a day, YYYY-MM-DD, with its year. */
export function useDate(): (day: string) => string {
  const tag = useTag();
  return useMemo(() => {
    const form = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
    return (day) => form.format(new Date(`${day}T00:00:00Z`));
  }, [tag]);
}
