"""Changes of bookings in PostgreSQL: cancellations, names, exchanges. Rare beside sales, so nothing is coalesced.

Every transaction takes the idempotency key first, then the booking, then its saga: whoever changes the same ones
waits in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.ids import uuid7
from wayfare.services.bookings.adapters import after_sales_sql, metrics, sql
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import exchange_of, json_text, trip_left_of
from wayfare.services.bookings.application.ports import (
    BookingChanged,
    KeyClaimed,
    OpenExchange,
    SagaKind,
    Stored,
    Told,
)
from wayfare.services.bookings.domain import events
from wayfare.services.bookings.domain.booking import (
    EXCHANGE_STATES,
    ITEM_STATES,
    STATES,
    Booking,
    ExchangeState,
    PromisedRefund,
)
from wayfare.services.bookings.domain.exchanges import Exchange, TripLeft

_OPEN, _UNDONE = (0,), (0, 3)
"""The stored states of an exchange that may still be done, and of one that may fail: pending or abandoned."""
BUSY = "another request works on this booking; try again"


class PostgresAfterSalesStore:
    """Implements the port `AfterSalesStore`."""

    def __init__(
        self, database: Database, outbox: Outbox, private: PrivateFields, worker_no: int, lease_s: int
    ) -> None:
        self._database, self._outbox, self._private = database, outbox, private
        self._worker_no, self._lease_s = worker_no, lease_s

    async def cancel(self, before: Booking, after: Booking, told: Told | None) -> bool:
        booking_id, state = before.booking_id, STATES.index(after.state)
        lease = (self._lease_s, self._worker_no, correlation_id.get())
        try:
            async with self._database.transaction() as session:
                if told is not None:
                    about = uuid7()
                    await _claim(session, told.key, booking_id, about, told.fingerprint)
                    await self._keep(session, about, told.key, told.answer, after)
                facts = (booking_id, before.version, state, after.refunded, after.fees)
                if await session.fetchval(after_sales_sql.CANCEL, *facts) is None:
                    await session.execute(sql.FREE_KEYS, [told.key] if told else [])
                    return False
                await _set_items(session, after)
                await _insert_refunds(session, before, after)
                await session.execute(after_sales_sql.OPEN_SETTLING, before.hold_id, booking_id, *lease)
                await self._outbox.write(session, [events.cancelled(before, after, correlation_id.get())])
        except asyncpg.UniqueViolationError:
            raise Unavailable(BUSY) from None
        if after.state == "cancelled":
            metrics.count_state("cancelled")
        return True

    async def rename(self, before: Booking, after: Booking, passenger: int) -> bool:
        booking_id = before.booking_id
        async with self._database.transaction() as session:
            row = await session.fetchrow(after_sales_sql.LOCK_FOR_NAMES, booking_id)
            if row is None or (row["version"], STATES[row["state"]]) != (before.version, before.state):
                return False
            if row["kind"] == SagaKind.EXCHANGE.value:
                raise Unavailable(BUSY)
            await session.execute(after_sales_sql.COUNT_CHANGE, booking_id)
            await self._set_people(session, after)
            await self._outbox.write(session, [events.renamed(after, passenger, correlation_id.get())])
        return True

    async def begin_exchange(self, opened: OpenExchange) -> None:
        booking, exchange, attempt = opened.booking, opened.exchange, opened.attempt
        booking_id = booking.booking_id
        payer = (attempt.key, attempt.fingerprint, attempt.method, attempt.token, attempt.correlation_id)
        async with self._database.transaction() as session:
            if attempt.key is not None:
                await _claim(session, attempt.key, booking_id, exchange.exchange_id, attempt.fingerprint)
            if await session.fetchval(after_sales_sql.LOCK_TICKETED, booking_id, exchange.version) is None:
                raise BookingChanged
            saga = (booking.hold_id, booking_id, self._lease_s, self._worker_no, *payer)
            if await session.fetchval(after_sales_sql.OPEN_EXCHANGE_SAGA, *saga) is None:
                raise Unavailable(BUSY)
            await session.execute(
                after_sales_sql.INSERT_EXCHANGE,
                booking_id,
                exchange.exchange_id,
                exchange.version,
                exchange.hold_id,
                exchange.payment_id,
                exchange.fee,
                exchange.charge,
                exchange.refund,
                exchange.made_s,
                json_text(exchange.offer),
                json_text(exchange.units),
            )

    async def switch(self, opened: OpenExchange, after: Booking, answer: Stored) -> bool:
        try:
            async with self._database.transaction() as session:
                return await self._switch(session, opened, after, answer)
        except BookingChanged:
            return False

    async def _switch(self, session: Session, opened: OpenExchange, after: Booking, answer: Stored) -> bool:
        """Raises BookingChanged when the exchange was abandoned, to undo what is written."""
        before, exchange = opened.booking, opened.exchange
        booking_id = before.booking_id
        facts = (exchange.version, after.hold_id, exchange.charge, after.refunded, after.fees)
        if await session.fetchval(after_sales_sql.SWITCH_BOOKING, booking_id, *facts) is None:
            return False
        if not await _end(session, exchange, "done", "", _OPEN):
            raise BookingChanged
        await session.execute(after_sales_sql.SET_TRIP, booking_id, json_text(after.offer), json_text(after.units))
        await self._set_people(session, after)
        await session.execute(after_sales_sql.LEAVE_ITEMS, booking_id, before.trip_no)
        await _insert_items(session, after)
        if exchange.payment_id is not None:
            charged = (exchange.payment_id, exchange.charge, exchange.made_s)
            await session.execute(after_sales_sql.INSERT_CHARGE, booking_id, *charged)
        await _insert_refunds(session, before, after)
        await session.execute(after_sales_sql.SETTLE_SAGA, before.hold_id, booking_id, self._lease_s)
        await self._keep(session, exchange.exchange_id, opened.attempt.key, answer, after)
        await self._outbox.write(session, [events.exchanged(after, exchange, correlation_id.get())])
        metrics.count_state("exchanged")
        return True

    async def abandon(self, exchange: Exchange) -> bool:
        found = await self._database.fetchval(
            after_sales_sql.ABANDON_EXCHANGE, exchange.booking_id, exchange.exchange_id
        )
        return found is not None

    async def fail_exchange(self, opened: OpenExchange, reason: str, answer: Stored) -> bool:
        booking = opened.booking
        async with self._database.transaction() as session:
            if not await _end(session, opened.exchange, "failed", reason, _UNDONE):
                return False
            await session.execute(sql.CLOSE_SAGA, booking.hold_id, booking.booking_id)
            await self._keep(session, opened.exchange.exchange_id, opened.attempt.key, answer, booking)
        return True

    async def find_exchange(self, booking_id: UUID) -> Exchange | None:
        row = await self._database.fetchrow(after_sales_sql.FIND_EXCHANGE, booking_id)
        return None if row is None else exchange_of(row)

    async def find_trips_left(self, booking_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[TripLeft]]:
        left: dict[UUID, list[TripLeft]] = {}
        for row in await self._database.fetch(after_sales_sql.FIND_TRIPS_LEFT, list(booking_ids)):
            left.setdefault(row["booking_id"], []).append(trip_left_of(row))
        return left

    async def _set_people(self, session: Session, booking: Booking) -> None:
        people = self._private.hide(booking.booking_id, booking.passengers, booking.contact)
        await session.execute(sql.SET_PEOPLE, booking.booking_id, *people)

    async def _keep(self, session: Session, about: UUID, key: bytes | None, answer: Stored, booking: Booking) -> None:
        """The answer for those who ask again with this key."""
        if key is not None:
            kept = self._private.hide_answer(about, answer, booking)
            await session.execute(sql.INSERT_ANSWER, about, key, answer.status, *kept)

    async def close(self, hold_id: UUID, booking_id: UUID) -> None:
        await self._database.execute(sql.CLOSE_SAGA, hold_id, booking_id)


async def _claim(session: Session, key: bytes, booking_id: UUID, about: UUID, fingerprint: str) -> None:
    """Take an idempotency key. Raises KeyClaimed."""
    if not await session.fetch(sql.CLAIM_KEYS, [key], [booking_id], [about], [fingerprint]):
        raise KeyClaimed


async def _end(session: Session, exchange: Exchange, state: ExchangeState, reason: str, before: Sequence[int]) -> bool:
    """False unless it is in one of the states `before`."""
    facts = (exchange.booking_id, exchange.exchange_id, EXCHANGE_STATES.index(state), reason, before)
    return await session.fetchval(after_sales_sql.END_EXCHANGE, *facts) is not None


async def _set_items(session: Session, after: Booking) -> None:
    items = after.items()
    await session.execute(
        after_sales_sql.SET_ITEMS,
        after.booking_id,
        after.trip_no,
        [item.passenger for item in items],
        [item.leg for item in items],
        [ITEM_STATES.index(state) for state in after.item_states],
    )


async def _insert_items(session: Session, after: Booking) -> None:
    items = after.items()
    await session.execute(
        after_sales_sql.INSERT_ITEMS,
        after.booking_id,
        after.trip_no,
        [item.departure_id for item in items],
        [item.price for item in items],
        [item.unit_no for item in items],
        [item.passenger for item in items],
        [item.leg for item in items],
        [item.coach for item in items],
        [item.label for item in items],
        [item.from_call for item in items],
        [item.to_call for item in items],
    )


async def _insert_refunds(session: Session, before: Booking, after: Booking) -> None:
    fresh: Sequence[PromisedRefund] = after.refunds[len(before.refunds) :]
    if fresh:
        await session.execute(
            after_sales_sql.INSERT_REFUNDS,
            after.booking_id,
            [refund.refund_id for refund in fresh],
            [refund.payment_id for refund in fresh],
            [refund.amount for refund in fresh],
            [refund.made_s for refund in fresh],
        )
