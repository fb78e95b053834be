import { useQueries } from '@tanstack/react-query';
import { isProblem } from '@wayfare/shared/api';
import { rememberedBookings } from '@wayfare/shared/session';
import { ProblemNotice } from '@wayfare/shared/ui';
import { useState } from 'react';
import { bookingQuery } from '../queries';
import { BookingList, BookingsSkeleton } from './BookingList';

/** The bookings that were made or found on this device. */
export function GuestBookings() {
  const [locators] = useState(rememberedBookings);
  const answers = useQueries({ queries: locators.map((locator) => bookingQuery(locator)) });
  if (answers.some(({ isPending }) => isPending)) return <BookingsSkeleton />;
  // What is not there any more, or not for this device, is not worth a word among the others.
  const failed = answers.find(({ error }) => error && isProblem(error) && error.passes);
  return (
    <>
      {failed && <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />}
      {!(failed && answers.length === 1) && (
        <BookingList bookings={answers.flatMap(({ data }) => (data ? [data.booking] : []))} />
      )}
    </>
  );
}
