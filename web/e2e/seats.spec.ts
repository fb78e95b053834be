import { someAddress } from './agent.ts';
import { ADA } from './passenger.ts';
import { system } from './server.ts';
import { expect, test } from './wayfare.ts';

const { briefHolds } = await system();

test('a seat that somebody else takes becomes taken on the plan', async ({ passenger, page, agent }) => {
  const trip = await agent.findTrip();
  await passenger.openSeats(trip);
  const unit = await passenger.chooseSeat();
  await agent.hold(trip, unit);
  await expect(passenger.seat(unit)).toHaveAccessibleName(/, taken$/);
  await expect(passenger.alert).toContainText('Somebody else was faster');
  await passenger.chooseSeat();
  await expect(passenger.alert).toBeHidden();
  await passenger.goToCheckout();
  await expect(page.getByText(/^Coach .*, seat /)).toBeVisible();
});

test('a seat that somebody else takes in the very moment', async ({ passenger, page, agent, complaints }) => {
  complaints.expect(/status of 409/);
  const trip = await agent.findTrip();
  await passenger.openSeats(trip);
  const unit = await passenger.chooseSeat();
  await page.route(
    '**/v1/holds',
    async (route) => {
      await agent.hold(trip, unit);
      await route.continue();
    },
    { times: 1 },
  );
  const refused = page.waitForResponse('**/v1/holds');
  await passenger.goOn();
  expect((await refused).status()).toBe(409);
  await expect(passenger.alert).toContainText('Somebody else was faster');
  const other = await passenger.chooseSeat();
  expect(other).not.toBe(unit);
  await passenger.goToCheckout();
});

test('seats whose time is up are held again by one press', async ({ passenger, page, agent }) => {
  await passenger.openSeats(await agent.findTrip());
  await passenger.chooseSeat();
  await passenger.goToCheckout();
  await passenger.fillIn(someAddress(), ADA);

  // Once more from the seats, and this time the process with the brief holds is the one that answers.
  await page.goBack();
  await expect(page.getByText('Your seat is held for you')).toBeVisible();
  await passenger.chooseSeat();
  await page.route('**/v1/holds', (route) => route.continue({ url: `${briefHolds.url}/v1/holds` }), {
    times: 1,
  });
  await passenger.goOn();
  await expect(page.getByRole('heading', { name: 'Your seats are no longer held' })).toBeVisible();
  const ended = new URL(page.url()).searchParams.get('hold');

  await page.getByRole('button', { name: 'Hold the same seats again' }).click();
  await expect(passenger.heading).toHaveText('Who travels, and how you pay');
  expect(new URL(page.url()).searchParams.get('hold')).not.toBe(ended);
  await expect(page.getByLabel('Given name')).toHaveValue('Ada'); // nothing is typed twice
  await passenger.pay('Is accepted at once');
  await passenger.booked();
});
