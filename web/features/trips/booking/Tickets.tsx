import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Icon } from '@wayfare/shared/ui';
import { lazy, Suspense, useEffect, useState } from 'react';
import { saveTickets } from '../files';
import { barcodeQuery, type Booking } from '../queries';
import { useText } from '../text';
import { modeOf, nameOf, type Ticket } from '../travel';
import styles from './Booking.module.css';
import { SaveButton } from './SaveButton';
import { useSeat } from './useSeat';

const load = () => import('./TicketDialog');
const TicketDialog = lazy(load);

interface TicketsProps {
  booking: Booking;
  tickets: readonly Ticket[];
  /** Keep them on this device, to be shown without a network. */
  keep: boolean;
}

export function Tickets({ booking, tickets, keep }: TicketsProps) {
  const text = useText();
  const seat = useSeat();
  const [open, setOpen] = useState<number | null>(null);
  useKept(booking.locator, tickets, keep);
  return (
    <Card className={styles.tickets}>
      <div className={styles.head}>
        <h2>{text('trips.tickets')}</h2>
        <SaveButton
          label={text('trips.save.all')}
          text={text('trips.pdf')}
          save={() => saveTickets(booking.locator)}
        />
      </div>
      <ul className={styles.stubs}>
        {tickets.map((ticket, index) => (
          <li key={ticket.id} className={styles.stub}>
            <Icon name={modeOf(ticket.leg)} size={24} />
            <span className={styles.words}>
              <strong>{nameOf(ticket.passenger)}</strong>
              <span className={styles.soft}>
                {text('trips.way', { from: ticket.leg.from.name, to: ticket.leg.to.name })}
              </span>
              <span className={styles.soft}>{seat(ticket.coach, ticket.seat)}</span>
            </span>
            <Button
              variant="primary"
              icon="ticket"
              onClick={() => setOpen(index)}
              onPointerEnter={() => void load()}
              aria-haspopup="dialog"
            >
              {text('trips.show')}
              <span className="visually-hidden">
                {' '}
                {nameOf(ticket.passenger)}, {ticket.leg.to.name}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {open !== null && (
        <Suspense>
          <TicketDialog
            locator={booking.locator}
            tickets={tickets}
            first={open}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </Card>
  );
}

/** Fetches the barcodes one after another, so that they are there when the network is not; and what shows them. */
function useKept(locator: string, tickets: readonly Ticket[], keep: boolean): void {
  const client = useQueryClient();
  const wanted = keep ? tickets.map(({ number, id }) => `${number} ${id}`).join() : '';
  useEffect(() => {
    let left = false;
    async function fetchAll() {
      if (wanted) await load();
      for (const one of wanted ? wanted.split(',') : []) {
        const [number = '', id = ''] = one.split(' ');
        if (left) return;
        await client.query(barcodeQuery(locator, Number(number), id));
      }
    }
    fetchAll().catch(() => undefined); // without a network now: they are fetched when they are shown
    return () => {
      left = true;
    };
  }, [client, locator, wanted]);
}
