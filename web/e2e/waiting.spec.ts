import { operate } from './server.ts';
import { expect, test } from './wayfare.ts';

const STARTS_IN_MS = 12_000;

test('behind a waiting room a passenger waits, and then goes on where the seats are', async ({
  passenger,
  page,
  agent,
  complaints,
}) => {
  complaints.expect(/status of 429/);
  const trip = await agent.findTrip();
  await passenger.openSeats(trip);
  await passenger.chooseSeat();
  const starts = new Date(Date.now() + STARTS_IN_MS).toISOString().replace(/\.\d+/, '');
  await operate('waiting-room', 'open', trip.departure, '--rate', '1', '--starts', starts);
  try {
    const refused = page.waitForResponse('**/v1/holds');
    await passenger.goOn();
    expect((await refused).status()).toBe(429);
    const room = page.getByRole('dialog', { name: 'Waiting room' });
    await expect(room).toContainText('Number 1 in the queue');
    await expect(passenger.heading).toHaveText('Who travels, and how you pay');
    await expect(room).toBeHidden();
  } finally {
    await operate('waiting-room', 'close', trip.departure);
  }
});
