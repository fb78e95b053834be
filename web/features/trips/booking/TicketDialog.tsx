import { useQuery } from '@tanstack/react-query';
import { useFormat } from '@wayfare/shared/format';
import { legName, useNames } from '@wayfare/shared/trips';
import { Clock, IconButton, ProblemNotice, Skeleton } from '@wayfare/shared/ui';
import { Dialog } from '@wayfare/shared/ui/Overlay';
import { useEffect, useState } from 'react';
import { passQuery, savePass, saveTicket } from '../files';
import { barcodeQuery } from '../queries';
import { useText } from '../text';
import { modeOf, nameOf, type Ticket } from '../travel';
import { SaveButton } from './SaveButton';
import styles from './TicketDialog.module.css';
import { useSeat } from './useSeat';

/** Phones have one, and Macs, which hand it to the phone. */
const HAS_WALLET = /\b(?:iPhone|iPad|Mac OS X|Android)\b/.test(navigator.userAgent);

interface TicketDialogProps {
  locator: string;
  tickets: readonly Ticket[];
  /** The index of the one that is shown first. */
  first: number;
  onClose: () => void;
}

/** A ticket as it is held up to be checked: the barcode large and on white, the screen kept from sleeping. */
export default function TicketDialog({ locator, tickets, first, onClose }: TicketDialogProps) {
  const text = useText();
  const format = useFormat();
  const [index, setIndex] = useState(first);
  const ticket = tickets[index] ?? tickets[0];
  useAwake();
  if (!ticket) return null;
  return (
    <Dialog
      title={text('trips.ticket')}
      open
      onClose={onClose}
      footer={<Files locator={locator} ticket={ticket} />}
    >
      <div className={styles.ticket}>
        <Barcode locator={locator} ticket={ticket} />
        {tickets.length > 1 && (
          <div className={styles.turn}>
            <IconButton
              icon="chevron"
              label={text('trips.ticket.before')}
              className={styles.before}
              disabled={index === 0}
              onClick={() => setIndex(index - 1)}
            />
            <span role="status">
              {text('trips.ticket.of', {
                number: format.number(index + 1),
                count: format.number(tickets.length),
              })}
            </span>
            <IconButton
              icon="chevron"
              label={text('trips.ticket.next')}
              disabled={index === tickets.length - 1}
              onClick={() => setIndex(index + 1)}
            />
          </div>
        )}
        <Facts ticket={ticket} />
      </div>
    </Dialog>
  );
}

function Barcode({ locator, ticket }: { locator: string; ticket: Ticket }) {
  const text = useText();
  const { data, error, refetch } = useQuery(barcodeQuery(locator, ticket.number, ticket.id));
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  return (
    <div className={styles.code}>
      {data ? (
        <img
          src={`data:image/svg+xml,${encodeURIComponent(data)}`}
          alt={text('trips.barcode', { name: nameOf(ticket.passenger) })}
        />
      ) : (
        <Skeleton className={styles.ghost} />
      )}
    </div>
  );
}

function Facts({ ticket: { leg, passenger, coach, seat: label, id } }: { ticket: Ticket }) {
  const text = useText();
  const format = useFormat();
  const names = useNames();
  const seat = useSeat();
  const line = { id: leg.line, name: leg.line };
  const service = legName({ mode: modeOf(leg), line, service_number: leg.service_number });
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{text('trips.passenger')}</dt>
        <dd>{nameOf(passenger)}</dd>
      </div>
      <div>
        <dt>{format.day(leg.from.departs_at, 'full')}</dt>
        <dd>
          <Clock at={leg.from.departs_at} /> {leg.from.name}
          <br />
          <Clock at={leg.to.arrives_at} since={leg.from.departs_at} /> {leg.to.name}
        </dd>
      </div>
      <div>
        <dt>
          {leg.operator} · {names.cabin(leg.cabin, leg.cabin_name)}
        </dt>
        <dd>
          {service}
          {seat(coach, label) && <span className={styles.seat}>{seat(coach, label)}</span>}
        </dd>
      </div>
      <div>
        <dt>{text('trips.ticket.number')}</dt>
        <dd>
          <bdi>{id}</bdi>
        </dd>
      </div>
    </dl>
  );
}

function Files({ locator, ticket: { number, id } }: { locator: string; ticket: Ticket }) {
  const text = useText();
  const { data: pass } = useQuery({ ...passQuery(locator, number, id), enabled: HAS_WALLET });
  return (
    <>
      <SaveButton
        label={text('trips.save.pdf')}
        text={text('trips.pdf')}
        save={() => saveTicket(locator, number, 'pdf')}
      />
      <SaveButton
        label={text('trips.save.calendar')}
        text={text('trips.calendar')}
        icon="calendar"
        save={() => saveTicket(locator, number, 'ics')}
      />
      {pass && (
        <SaveButton
          label={text('trips.save.wallet')}
          text={text('trips.wallet')}
          icon="card"
          save={() => savePass(pass, locator, number)}
        />
      )}
    </>
  );
}

/** Keeps the screen on while the ticket is shown, where the browser can. */
function useAwake(): void {
  useEffect(() => {
    let left = false;
    let lock: WakeLockSentinel | null = null;
    async function hold() {
      if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
      const held = await navigator.wakeLock.request('screen');
      if (left) await held.release();
      else lock = held;
    }
    const again = () => void hold().catch(() => undefined); // refused when the battery is low: no harm
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      left = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}
