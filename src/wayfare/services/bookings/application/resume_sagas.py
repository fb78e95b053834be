"""Finish what was interrupted: sagas whose lease has run out, whoever began them."""

from __future__ import annotations

import asyncio

import msgspec
import structlog

from wayfare.contracts.inventory.api import FindHold, InventoryApi
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import HoldExpired, NotFound
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.keep_promises import KeepPromises
from wayfare.services.bookings.application.leases import Leases
from wayfare.services.bookings.application.note_trouble import NoteTrouble
from wayfare.services.bookings.application.ports import (
    PENDING,
    AfterSalesStore,
    BookingStore,
    OpenExchange,
    OpenSaga,
    SagaKind,
    Stored,
)
from wayfare.services.bookings.application.run_exchange import RunExchange
from wayfare.services.bookings.application.run_saga import RunSaga
from wayfare.services.bookings.domain.saga import retry_delay_s

log = structlog.get_logger()

AT_ONCE_MAX = 256
ROUND_S = 1.0
WAIT_AGAIN_S = 15


class ResumeSagas:
    """The recovery job."""

    def __init__(
        self,
        store: BookingStore,
        inventory: InventoryApi,
        run_saga: RunSaga,
        after_sales: AfterSalesStore,
        run_exchange: RunExchange,
        keep_promises: KeepPromises,
        leases: Leases,
        answers: Answers,
        note: NoteTrouble,
    ) -> None:
        self._store, self._inventory, self._run_saga = store, inventory, run_saga
        self._after_sales, self._run_exchange = after_sales, run_exchange
        self._keep_promises, self._leases, self._answers, self._note = keep_promises, leases, answers, note
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self) -> None:
        """One round. A saga whose gateway is slow goes on beside the next rounds."""
        free = AT_ONCE_MAX - len(self._running)
        due = await self._store.take_due(free) if free > 0 else []
        self._running |= {asyncio.create_task(self._resume(saga)) for saga in due}
        if self._running:
            done, self._running = await asyncio.wait(self._running, timeout=ROUND_S)
            for task in done:
                task.result()

    async def stop(self) -> None:
        """Leave what is still running to whoever comes next."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running = set()

    async def _resume(self, saga: OpenSaga) -> None:
        # In a task of its own: the id is set for this booking alone.
        correlation_id.set(saga.attempt.correlation_id)
        booking_id = str(saga.booking.booking_id)
        try:
            with self._leases.kept(saga.hold_id):
                again_s = await self._go_on(saga)
            if again_s:
                await self._store.postpone(saga.hold_id, again_s, "")
            elif saga.kind is not SagaKind.WAIT:
                await self._note.resumed(saga.booking.booking_id, saga.attempts)
            log.info("saga.resumed", booking_id=booking_id, kind=saga.kind.name, attempts=saga.attempts)
        except Exception as error:  # noqa: BLE001  one booking's trouble is not the others'
            text = f"{type(error).__name__}: {error}"
            log.warning("saga.postponed", booking_id=booking_id, attempts=saga.attempts, error=text)
            await self._store.postpone(saga.hold_id, retry_delay_s(saga.attempts), text)

    async def _go_on(self, saga: OpenSaga) -> int:
        """In how many seconds to look again; 0 when it is done."""
        if saga.kind is SagaKind.WAIT:
            return await self._expire(saga)
        if saga.kind is SagaKind.SETTLE:
            await self._keep_promises(saga.booking, saga.hold_id, saga.attempts)
        elif (await self._run(saga)).status == PENDING:
            return retry_delay_s(saga.attempts)
        return 0

    async def _run(self, saga: OpenSaga) -> Stored:
        if saga.kind is SagaKind.BOOK:
            return await self._run_saga(saga)
        exchange = await self._after_sales.find_exchange(saga.booking.booking_id)
        if exchange is None:  # it has ended since this saga was taken
            return self._answers.shown(saga.booking)
        payment_id = exchange.payment_id or exchange.exchange_id
        attempt = msgspec.structs.replace(saga.attempt, payment_id=payment_id)
        return await self._run_exchange(OpenExchange(saga.booking, exchange, attempt, saga.attempts))

    async def _expire(self, saga: OpenSaga) -> int:
        """A booking that waited for another card ends with its hold."""
        try:
            hold = await self._inventory.get_hold(FindHold(saga.booking.hold_id))
        except NotFound:
            hold = None
        if hold is not None and hold.state == "held":
            return WAIT_AGAIN_S
        await self._store.end(saga, self._answers.refused(HoldExpired()), waiting_s=None)
        return 0
