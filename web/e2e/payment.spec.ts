import { someAddress } from './agent.ts';
import { ADA, type Passenger } from './passenger.ts';
import { expect, test } from './wayfare.ts';

const DECLINED = /status of 402/;
const BOOKINGS = '**/v1/bookings';

const holdIn = (passenger: Passenger) => new URL(passenger.page.url()).searchParams.get('hold');

/** A trip of one passenger, all typed and to be paid; gives the address of e-mail. */
async function checkout(passenger: Passenger, trip: { offer: string; query: string }): Promise<string> {
  const email = someAddress();
  await passenger.openSeats(trip);
  await passenger.chooseSeat();
  await passenger.goToCheckout();
  await passenger.fillIn(email, ADA);
  return email;
}

test('after a declined card another one pays for the same hold', async ({ passenger, agent, complaints }) => {
  complaints.expect(DECLINED);
  await checkout(passenger, await agent.findTrip());
  const hold = holdIn(passenger);
  await passenger.pay('Is declined: too little money on it');
  await expect(passenger.alert).toContainText('There is not enough money on the card');
  await expect(passenger.alert).toContainText('Your seats stay held');
  expect(holdIn(passenger)).toBe(hold);
  const sent = passenger.page.waitForRequest(BOOKINGS);
  await passenger.pay('Is accepted at once');
  expect((await sent).postDataJSON()).toMatchObject({ hold_id: hold });
  await passenger.booked();
});

test('a payment that the bank has confirmed', async ({ passenger, agent }) => {
  await checkout(passenger, await agent.findTrip());
  await passenger.pay('Your bank asks you first, and you confirm');
  await expect(passenger.page.getByRole('heading', { name: 'Waiting for your bank' })).toBeVisible();
  await passenger.booked();
});

test('a payment that was refused at the bank', async ({ passenger, agent, complaints }) => {
  complaints.expect(DECLINED);
  await checkout(passenger, await agent.findTrip());
  await passenger.pay('Your bank asks you first, and you refuse');
  await expect(passenger.alert).toContainText('The payment was not confirmed at the bank');
  await passenger.pay('Is accepted at once');
  await passenger.booked();
});

test('pressing Pay twice and going back book once', async ({ passenger, agent }) => {
  const { page } = passenger;
  const email = await checkout(passenger, await agent.findTrip());
  const address = page.url();
  await passenger.choosePayment('Is accepted after two seconds');
  await passenger.payButton.dblclick();
  const locator = await passenger.booked();

  await page.goBack();
  await expect(passenger.heading).toHaveText('Choose your seats'); // nothing to be paid twice
  await page.goto(address);
  await page.getByRole('link', { name: 'To the tickets' }).click();
  expect(await passenger.booked()).toBe(locator);
  expect(await agent.bookingsOf(email)).toEqual([locator]);
});

test('an answer that was lost is asked for again', async ({ passenger, agent, complaints }) => {
  complaints.expect(/net::ERR_CONNECTION_RESET/);
  const { page } = passenger;
  const email = await checkout(passenger, await agent.findTrip());
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/v1/bookings'))
      keys.push(request.headers()['idempotency-key']);
  });
  let lost = '';
  await page.route(
    BOOKINGS,
    async (route) => {
      const answer = await route.fetch();
      lost = ((await answer.json()) as { locator: string }).locator;
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await passenger.pay('Is accepted at once');
  await expect(page.getByText('We do not know yet whether you are booked')).toBeVisible();
  await page.getByRole('button', { name: 'Ask again' }).click();

  expect(await passenger.booked()).toBe(lost);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
  expect(await agent.bookingsOf(email)).toEqual([lost]);
});
