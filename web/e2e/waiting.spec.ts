import { operate } from './server.ts';
import { expect, test } from './wayfare.ts';

const HOUR_MS = 3_600_000;

test('behind a waiting room a passenger waits, and the page goes on by itself', async ({
  passenger,
  page,
  agent,
  complaints,
}) => {
  complaints.expect(/status of (429|404)/);
  const trip = await agent.findTrip();
  const starts = new Date(Date.now() + HOUR_MS).toISOString().replace(/\.\d+/, '');
  await operate('waiting-room', 'open', trip.departure, '--rate', '1', '--starts', starts);
  try {
    await expect.poll(() => agent.isRefused(trip), 'every process knows the room').toBe(true);
    await passenger.openSeats(trip);
    await passenger.chooseSeat();
    const refused = page.waitForResponse('**/v1/holds');
    await passenger.goOn();
    expect((await refused).status()).toBe(429);
    await expect(page.getByRole('dialog', { name: 'Waiting room' })).toContainText('Number 1 in the queue');
  } finally {
    await operate('waiting-room', 'close', trip.departure);
  }
  await expect(passenger.heading).toHaveText('Who travels, and how you pay');
});
