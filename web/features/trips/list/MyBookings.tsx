import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Notice, ProblemNotice } from '@wayfare/shared/ui';
import { myBookingsQuery } from '../queries';
import { useText } from '../text';
import { BookingList, BookingsSkeleton } from './BookingList';

export function MyBookings() {
  const text = useText();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(myBookingsQuery);
  if (!data)
    return error ? <ProblemNotice error={error} retry={() => void refetch()} /> : <BookingsSkeleton />;
  return (
    <>
      {data.pages[0]?.old && <Notice tone="warning" icon="offline" title={text('trips.old')} />}
      <BookingList bookings={data.pages.flatMap(({ items }) => items)} />
      {error && <ProblemNotice error={error} />}
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text('trips.more')}
        </Button>
      )}
    </>
  );
}
