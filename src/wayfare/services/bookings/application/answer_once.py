"""The same Idempotency-Key and body give the same answer, whoever asks, however often, at whatever moment."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from wayfare.contracts.payments.api import NextAction, PaymentRef, PaymentsApi
from wayfare.kernel.errors import IdempotencyConflict, NotFound, PaymentPending, Unavailable, WayfareError
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.ports import AfterSalesStore, BookingStore, Claimed, KeyClaimed, Stored

POLL_S = (0.02, 0.25)
PATIENCE_S = 10.0


def digest_of(key: str, scope: str) -> bytes:
    """What is stored of a key: the keys of one scope (an owner) say nothing about those of another."""
    return hashlib.blake2b(f"{scope}\n{key}".encode(), digest_size=16, person=b"wayfare-idem").digest()


class AnswerOnce:
    """Runs the work of a key once; others with that key wait for its answer."""

    def __init__(
        self, store: BookingStore, after_sales: AfterSalesStore, answers: Answers, payments: PaymentsApi
    ) -> None:
        self._store, self._after_sales, self._answers, self._payments = store, after_sales, answers, payments
        self._running: dict[bytes, tuple[str, asyncio.Future[Stored]]] = {}

    async def __call__(self, key: bytes | None, fingerprint: str, work: Callable[[], Awaitable[Stored]]) -> Stored:
        """Raises IdempotencyConflict, and what `work` raises unless the key already has an answer."""
        if key is None:
            return await work()
        running = self._running.get(key)
        if running is not None:
            _check(running[0], fingerprint)
            try:
                return await asyncio.shield(running[1])
            except asyncio.CancelledError:
                if not running[1].cancelled():
                    raise
                return await self._wait_for_answer(key, fingerprint)
        return await self._first(key, fingerprint, work)

    async def _first(self, key: bytes, fingerprint: str, work: Callable[[], Awaitable[Stored]]) -> Stored:
        future: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._running[key] = (fingerprint, future)
        try:
            answer = await self._work_or_known(key, fingerprint, work)
        except Exception as error:
            future.set_exception(error)
            future.exception()  # nobody else may be waiting for it
            raise
        else:
            future.set_result(answer)
            return answer
        finally:
            future.cancel()
            del self._running[key]

    async def _work_or_known(self, key: bytes, fingerprint: str, work: Callable[[], Awaitable[Stored]]) -> Stored:
        try:
            return await work()
        except KeyClaimed:
            return await self._wait_for_answer(key, fingerprint)
        except WayfareError:
            # What is refused now (the hold is used, say) may be so because this very key used it.
            claimed = await self._store.find_claim(key)
            if claimed is None:
                raise
            return await self._wait_for_answer(key, fingerprint)

    async def _wait_for_answer(self, key: bytes, fingerprint: str) -> Stored:
        deadline = time.monotonic() + PATIENCE_S
        pause, longest = POLL_S
        while True:
            claimed = await self._store.find_claim(key)
            if claimed is None:
                raise Unavailable("the request with this key was interrupted; send it again")
            _check(claimed.fingerprint, fingerprint)
            if claimed.answer is not None:
                return claimed.answer
            if time.monotonic() > deadline:
                return await self._pending(claimed)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)

    async def _pending(self, claimed: Claimed) -> Stored:
        """The answer when the work takes longer than anybody wants to wait."""
        booking = await self._store.find_booking(claimed.booking_id)
        if booking is None:
            raise PaymentPending()
        exchange = await self._after_sales.find_exchange(booking.booking_id)
        if exchange is not None:
            action = await self._next_action(exchange.payment_id)
            return self._answers.exchange_pending(booking, exchange, action)
        return self._answers.pending(booking, await self._next_action(booking.payment_id))

    async def _next_action(self, payment_id: UUID | None) -> NextAction | None:
        """What the customer was asked to do, if the payment is written already."""
        if payment_id is None:
            return None
        try:
            return (await self._payments.get_payment(PaymentRef(payment_id))).next_action
        except (NotFound, Unavailable):
            return None


def _check(known: str, fingerprint: str) -> None:
    if known != fingerprint:
        raise IdempotencyConflict()
