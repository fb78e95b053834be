"""Walk an exchange through its saga to an end, from wherever it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from wayfare.contracts.inventory.api import ConfirmHold, InventoryApi, ReleaseHold
from wayfare.contracts.payments.api import AuthorisePayment, PaymentRef, PaymentsApi
from wayfare.kernel.errors import HoldExpired, HoldUsed, NotFound, PaymentDeclined
from wayfare.kernel.time import Clock
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.keep_promises import KeepPromises
from wayfare.services.bookings.application.note_trouble import NoteTrouble
from wayfare.services.bookings.application.ports import AfterSalesStore, BookingStore, OpenExchange, Stored
from wayfare.services.bookings.application.walk import Walk
from wayfare.services.bookings.domain.exchange_saga import ExchangeProgress, ExchangeStep, next_exchange_step
from wayfare.services.bookings.domain.exchanges import exchanged

log = structlog.get_logger()


class _Run(Walk[ExchangeProgress]):
    opened: OpenExchange


class RunExchange:
    """Every step is a contract call or one transaction of ours, idempotent by the exchange's ids."""

    def __init__(
        self,
        sagas: BookingStore,
        store: AfterSalesStore,
        inventory: InventoryApi,
        payments: PaymentsApi,
        keep_promises: KeepPromises,
        answers: Answers,
        clock: Clock,
        count_step: Callable[[ExchangeStep], None],
        note: NoteTrouble,
    ) -> None:
        self._sagas, self._store, self._inventory, self._payments = sagas, store, inventory, payments
        self._keep_promises, self._answers = keep_promises, answers
        self._clock, self._count_step, self._note = clock, count_step, note
        self._steps: dict[ExchangeStep, Callable[[_Run], Awaitable[None]]] = {
            ExchangeStep.AUTHORISE: self._authorise,
            ExchangeStep.CONFIRM: self._confirm,
            ExchangeStep.CAPTURE: self._capture,
            ExchangeStep.ABANDON: self._abandon,
            ExchangeStep.RELEASE: self._release,
            ExchangeStep.VOID: self._void,
            ExchangeStep.SWITCH: self._switch,
            ExchangeStep.FAIL: self._fail,
        }

    async def __call__(self, opened: OpenExchange) -> Stored:
        """The final answer, or a 202 while the payment is open and recovery goes on.

        Raises Unavailable, or whatever else a step raised: the exchange stays open then.
        """
        progress = ExchangeProgress(attempts=opened.attempts, abandoned=opened.exchange.abandoned)
        run = _Run(opened=opened, progress=progress)
        if opened.exchange.payment_id is None:
            run.progress.payment = None
        while run.answer is None:
            step = next_exchange_step(run.progress)
            self._count_step(step)
            if step is ExchangeStep.LATER:
                return self._answers.exchange_pending(opened.booking, opened.exchange, run.next_action)
            note = partial(self._note, opened.booking.booking_id, f"exchange.{step.value}", opened.attempts)
            await run.make(self._steps[step](run), note)
        return run.answer

    async def _authorise(self, run: _Run) -> None:
        exchange, attempt = run.opened.exchange, run.opened.attempt
        amount = exchange.charge_money
        message = AuthorisePayment(attempt.payment_id, exchange.booking_id, amount, attempt.method, attempt.token)
        await run.authorise(self._payments, message)

    async def _confirm(self, run: _Run) -> None:
        exchange = run.opened.exchange
        try:
            await self._inventory.confirm_hold(ConfirmHold(exchange.hold_id, exchange.booking_id))
            run.progress.hold = "confirmed"
        except (HoldExpired, HoldUsed, NotFound):
            run.progress.hold, run.error = "gone", HoldExpired("the new seats were not kept; nothing has changed")
            run.trouble = run.error

    async def _capture(self, run: _Run) -> None:
        await run.capture(self._payments, run.opened.attempt.payment_id)

    async def _abandon(self, run: _Run) -> None:
        if await self._store.abandon(run.opened.exchange):
            run.progress.abandoned = True
        else:
            run.answer = await self._answer_of_another(run)

    async def _release(self, run: _Run) -> None:
        exchange = run.opened.exchange
        try:
            await self._inventory.release_hold(ReleaseHold(exchange.hold_id, exchange.booking_id))
        except (NotFound, HoldUsed, HoldExpired):
            log.info("hold.not_ours", hold_id=str(exchange.hold_id))
        run.progress.hold = "gone"

    async def _void(self, run: _Run) -> None:
        try:
            await self._payments.void(PaymentRef(run.opened.attempt.payment_id))
        except NotFound:
            log.info("payment.never_made", payment_id=str(run.opened.attempt.payment_id))
        run.progress.undone = True

    async def _switch(self, run: _Run) -> None:
        before, exchange = run.opened.booking, run.opened.exchange
        after = exchanged(before, exchange, self._clock.now_s())
        answer = self._answers.shown(after)
        if not await self._store.switch(run.opened, after, answer):
            run.answer = await self._answer_of_another(run)
            return
        run.answer = answer
        log.info(
            "booking.exchanged",
            booking_id=str(before.booking_id),
            exchange_id=str(exchange.exchange_id),
            charge=exchange.charge,
            refund=exchange.refund,
        )
        await self._keep_promises.now_or_later(after, before.hold_id)

    async def _fail(self, run: _Run) -> None:
        error = run.error or PaymentDeclined(
            f"the payment was declined: {run.reason or 'no reason given'}; the booking has not changed",
            reason=run.reason or "gateway_failed",
        )
        answer = self._answers.refused(error)
        if not await self._store.fail_exchange(run.opened, error.code, answer):
            answer = await self._answer_of_another(run)
        run.answer = answer
        log.info("exchange.refused", booking_id=str(run.opened.booking.booking_id), code=error.code)

    async def _answer_of_another(self, run: _Run) -> Stored:
        """Another runner ended the exchange first, or is about to: what it answered, or how it stands."""
        exchange = run.opened.exchange
        stored = await self._sagas.find_answer(exchange.exchange_id)
        if stored is not None:
            return stored
        if await self._store.find_exchange(exchange.booking_id) is not None:
            return self._answers.exchange_pending(run.opened.booking, exchange)
        current = await self._sagas.find_booking(run.opened.booking.booking_id)
        return self._answers.shown(current or run.opened.booking)
