"""Walk a booking through its saga to an end, from wherever it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import structlog

from wayfare.contracts.inventory.api import ConfirmHold, FindHold, InventoryApi, ReleaseHold
from wayfare.contracts.payments.api import AuthorisePayment, PaymentRef, PaymentsApi
from wayfare.contracts.payments.fraud import Risk
from wayfare.kernel.errors import HoldExpired, HoldUsed, NotFound, PaymentDeclined, WayfareError
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.note_trouble import NoteTrouble
from wayfare.services.bookings.application.ports import BookingStore, OpenSaga, Payer, Stored, TicketedRow
from wayfare.services.bookings.application.walk import Walk
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.saga import Progress, Step, next_step

log = structlog.get_logger()

WAIT_S_MAX = 900


class _Run(Walk[Progress]):
    saga: OpenSaga


class RunSaga:
    """Every step is a contract call or one transaction of ours, idempotent by the booking's ids."""

    def __init__(
        self,
        store: BookingStore,
        inventory: InventoryApi,
        payments: PaymentsApi,
        answers: Answers,
        clock: Clock,
        count_step: Callable[[Step], None],
        note: NoteTrouble,
    ) -> None:
        self._store, self._inventory, self._payments = store, inventory, payments
        self._answers, self._clock, self._count_step, self._note = answers, clock, count_step, note
        self._steps: dict[Step, Callable[[_Run], Awaitable[None]]] = {
            Step.AUTHORISE: self._authorise,
            Step.CONFIRM: self._confirm,
            Step.CAPTURE: self._capture,
            Step.RELEASE: self._release,
            Step.VOID: self._void,
            Step.TICKET: self._ticket,
            Step.WAIT: self._wait,
            Step.FAIL: self._fail,
        }

    async def __call__(self, saga: OpenSaga) -> Stored:
        """The final answer, or a 202 while the payment is open and recovery goes on.

        Raises Unavailable, or whatever else a step raised: the saga stays open then.
        """
        run = _Run(saga=saga, progress=Progress(attempts=saga.attempts))
        while run.answer is None:
            step = next_step(run.progress)
            self._count_step(step)
            if step is Step.LATER:
                return self._answers.pending(saga.booking, run.next_action)
            note = partial(self._note, saga.booking.booking_id, step.value, saga.attempts)
            await run.make(self._steps[step](run), note)
        return run.answer

    async def _authorise(self, run: _Run) -> None:
        booking, attempt = run.saga.booking, run.saga.attempt
        message = AuthorisePayment(
            attempt.payment_id,
            booking.booking_id,
            booking.total,
            attempt.method,
            attempt.token,
            _risk(booking, attempt.payer, resumed=run.saga.attempts > 0),
        )
        await run.authorise(self._payments, message)

    async def _confirm(self, run: _Run) -> None:
        booking = run.saga.booking
        try:
            await self._inventory.confirm_hold(ConfirmHold(booking.hold_id, booking.booking_id))
            run.progress.hold = "confirmed"
        except (HoldExpired, HoldUsed) as error:
            run.progress.hold, run.error = "gone", error
        except NotFound:
            run.progress.hold, run.error = "gone", HoldExpired()
        run.trouble = run.error

    async def _capture(self, run: _Run) -> None:
        await run.capture(self._payments, run.saga.attempt.payment_id)

    async def _release(self, run: _Run) -> None:
        booking = run.saga.booking
        try:
            hold = await self._inventory.release_hold(ReleaseHold(booking.hold_id, booking.booking_id))
            if hold.state == "expired" and run.error is None:  # known before a crash, told now
                run.error = HoldExpired()
        except (NotFound, HoldUsed, HoldExpired):
            log.info("hold.not_ours", hold_id=str(booking.hold_id))
        run.progress.hold = "gone"

    async def _void(self, run: _Run) -> None:
        await self._payments.void(PaymentRef(run.saga.attempt.payment_id))
        run.progress.undone = True

    async def _ticket(self, run: _Run) -> None:
        booking = msgspec.structs.replace(run.saga.booking, state="ticketed")
        answer = self._answers.confirmed(booking)
        if not await self._store.ticket(TicketedRow(booking, run.saga.attempt, answer)):
            answer = await self._answer_of_another(run, booking)
        else:
            log.info(
                "booking.ticketed",
                booking_id=str(booking.booking_id),
                locator=booking.locator,
                payment_id=str(run.saga.attempt.payment_id),
                hold_id=str(booking.hold_id),
            )
        run.answer = answer

    async def _wait(self, run: _Run) -> None:
        booking = run.saga.booking
        hold_s = await self._hold_left_s(booking)
        if hold_s <= 0:
            run.progress.payment = "failed"
            run.error = HoldExpired()
            return
        error = PaymentDeclined(
            f"the payment was declined: {run.reason or 'no reason given'}; the seats are kept for now",
            reason=run.reason,
            hold_id=str(booking.hold_id),
            expires_at=rfc3339(self._clock.now_s() + hold_s, self._answers.origin_tz(booking)),
            locator=booking.locator,
        )
        await self._end(run, error, waiting_s=hold_s)

    async def _hold_left_s(self, booking: Booking) -> int:
        """How long the hold still keeps the seats; 0 when it does not."""
        try:
            hold = await self._inventory.get_hold(FindHold(booking.hold_id))
        except NotFound:
            return 0
        if hold.state != "held":
            return 0
        return max(1, min(hold.expires_s - self._clock.now_s(), WAIT_S_MAX))

    async def _fail(self, run: _Run) -> None:
        error = run.error or PaymentDeclined(
            "the payment could not be completed; nothing was charged", reason=run.reason or "gateway_failed"
        )
        await self._end(run, error, waiting_s=None)

    async def _end(self, run: _Run, error: WayfareError, *, waiting_s: int | None) -> None:
        answer = self._answers.refused(error)
        if not await self._store.end(run.saga, answer, waiting_s=waiting_s):
            answer = await self._answer_of_another(run, run.saga.booking)
        run.answer = answer
        log.info("booking.refused", booking_id=str(run.saga.booking.booking_id), code=error.code)

    async def _answer_of_another(self, run: _Run, booking: Booking) -> Stored:
        """Another runner ended the saga first: what it answered, or the booking as it stands."""
        stored = await self._store.find_answer(run.saga.attempt.payment_id)
        if stored is not None:
            return stored
        current = await self._store.find_booking(booking.booking_id)
        if current is not None and current.state in ("ticketed", "cancelled"):
            return self._answers.confirmed(current)
        return self._answers.refused(HoldExpired("the booking could not be completed"))


def _risk(booking: Booking, payer: Payer, *, resumed: bool) -> Risk:
    names = tuple([passenger.name for passenger in booking.passengers])
    facts = (payer.address, payer.device, payer.cardholder)
    return Risk(booking.contact.email, *facts, names, booking.offer.departs_s, payer.held_until_s, resumed)
