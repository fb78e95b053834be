import { useFormat } from '@wayfare/shared/format';
import { Notice } from '@wayfare/shared/ui';
import type { Booking } from '../queries';
import { useText } from '../text';

/** What is under way with the booking, or went wrong. */
export function News({ booking }: { booking: Booking }) {
  const text = useText();
  const format = useFormat();
  const exchange = booking.exchanges.at(-1);
  return (
    <>
      {booking.status === 'pending' && (
        <Notice tone="warning" icon="clock" title={text('trips.pending')}>
          {text('trips.pending.text')}
        </Notice>
      )}
      {booking.status === 'failed' && (
        <Notice tone="danger" title={text('trips.failed')}>
          {text('trips.failed.text')}
        </Notice>
      )}
      {booking.status === 'cancelled' && <Notice icon="info" title={text('trips.cancelled')} />}
      {exchange?.state === 'pending' && (
        <Notice tone="warning" icon="clock" title={text('trips.exchange.pending')} />
      )}
      {exchange?.state === 'failed' && (
        <Notice tone="danger" title={text('trips.exchange.failed')}>
          {exchange.reason === 'payment_declined'
            ? text('trips.exchange.declined')
            : text('trips.exchange.kept')}
        </Notice>
      )}
      {booking.refunds.map(({ refund_id: id, amount, state }) => (
        <Notice
          key={id}
          tone={state === 'refunded' ? 'good' : state === 'failed' ? 'danger' : 'accent'}
          icon="refund"
          title={text(`trips.refund.${state}`, { amount: format.money(amount) })}
        />
      ))}
    </>
  );
}
