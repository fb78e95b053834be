import { isProblem, type components } from '@wayfare/shared/api';
import { isOpen, noteSent, settle, type Attempt } from './attempt';

type Schemas = components['schemas'];
export type Answer = Schemas['NewBookingAnswer'] | Schemas['PendingAnswer'];

export type Outcome =
  | { is: 'booked'; locator: string }
  /** The server said no: what is sent next is another attempt. */
  | { is: 'refused'; error: unknown }
  /** No answer came. Whether it is booked only the same attempt can tell. */
  | { is: 'unsure'; error: unknown }
  /** Somebody else follows it now. */
  | { is: 'stopped' };

/** What following needs of the world. */
export interface Doors {
  send: (attempt: Attempt) => Promise<Answer>;
  /** Every answer has a newer token for the booking. */
  remember: (answer: Answer) => void;
  /** Whether a `next_action` leads to a page that is there. */
  redirects: (attempt: Attempt) => Promise<boolean>;
  leave: (url: string) => void;
  /** It is still being paid; `bank`: where the customer has something to do. */
  pending: (bank: string | null) => void;
  pause: () => Promise<void>;
  stopped: () => boolean;
}

/** Sends an attempt, again and again while it is being paid, until it has an end. */
export async function follow(attempt: Attempt, doors: Doors): Promise<Outcome> {
  let present = attempt;
  for (;;) {
    try {
      const answer = await doors.send(present);
      doors.remember(answer);
      if (answer.status !== 'pending') {
        settle();
        return { is: 'booked', locator: answer.locator };
      }
      if (doors.stopped()) return { is: 'stopped' };
      const url = 'next_action' in answer ? (answer.next_action?.url ?? null) : null;
      const bank = url && (await doors.redirects(present)) ? url : null;
      doors.pending(bank);
      if (bank && !present.sent) {
        present = noteSent(present);
        doors.leave(bank);
      }
    } catch (error) {
      if (doors.stopped()) return { is: 'stopped' };
      if (!isOpen(error)) {
        settle();
        return { is: 'refused', error };
      }
      if (!isProblem(error, 'payment_pending')) return { is: 'unsure', error };
      doors.pending(null);
    }
    await doors.pause();
    if (doors.stopped()) return { is: 'stopped' };
  }
}
