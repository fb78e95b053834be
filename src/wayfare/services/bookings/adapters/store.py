"""Bookings in PostgreSQL: two coalesced lanes for the hot path, the pool for the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from wayfare.contracts.bookings.api import BookingFacts, OpenWork, TimelineEntry
from wayfare.contracts.bookings.events import BookingEvent
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.replica import Reads
from wayfare.services.bookings.adapters import metrics, sql
from wayfare.services.bookings.adapters.lanes import BookingLanes
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import address_of, booking_of, facts_of, saga_of
from wayfare.services.bookings.application.ports import (
    Attempt,
    Claimed,
    KeyClaimed,
    NewBookingRow,
    OpenSaga,
    SagaKind,
    Stored,
    TicketedRow,
    Trouble,
)
from wayfare.services.bookings.domain import events
from wayfare.services.bookings.domain.booking import Booking, Contact, Passenger

LEASE_S = 3
"""How long nobody else touches a booking after its last sign of life: with recovery's pace, less than five seconds."""
CLOCKS_APART = timedelta(minutes=5)
NO_ID = UUID(int=0)
LAST_ID = UUID(int=2**128 - 1)
REMOVE_BATCH = 5_000
_KINDS: dict[SagaKind, Literal["book", "wait", "settle", "exchange"]] = {
    SagaKind.BOOK: "book",
    SagaKind.WAIT: "wait",
    SagaKind.SETTLE: "settle",
    SagaKind.EXCHANGE: "exchange",
}


class PostgresBookingStore:
    """Implements the port `BookingStore`."""

    def __init__(
        self, database: Database, private: PrivateFields, worker_no: int, lease_s: int, reads: Reads | None = None
    ) -> None:
        """`reads`: for what is only shown; None: the database itself."""
        self._database, self._private = database, private
        self._worker_no, self._lease_s = worker_no, lease_s
        self._reads = reads or Reads(database)
        self.lanes = BookingLanes(database, private, worker_no, lease_s)
        self.outbox = Outbox("bookings", BookingEvent.TOPIC, database)

    async def create(self, row: NewBookingRow) -> None:
        await self.lanes.creating.call(row)
        metrics.count_state("pending")

    async def ticket(self, row: TicketedRow) -> bool:
        done = await self.lanes.ticketing.call(row)
        if done:
            metrics.count_state("ticketed")
        return done

    async def end(self, saga: OpenSaga, answer: Stored, *, waiting_s: int | None) -> bool:
        booking, attempt = saga.booking, saga.attempt
        async with self._database.transaction() as session:
            payment_id = await session.fetchval(sql.LOCK_PENDING, booking.booking_id)
            if payment_id != attempt.payment_id:
                return False
            if attempt.key is not None:
                body = answer.body.decode()
                await session.execute(sql.INSERT_ANSWER, attempt.payment_id, attempt.key, answer.status, body, None)
            if waiting_s is None:
                await session.execute(sql.FAIL_BOOKING, booking.booking_id)
                await session.execute(sql.CLOSE_SAGA, booking.hold_id, booking.booking_id)
                await self.outbox.write(session, [_ended(saga, answer)])
            else:
                await session.execute(sql.WAIT_FOR_CARD, booking.hold_id, waiting_s, booking.booking_id)
        metrics.count_state("failed" if waiting_s is None else "waiting")
        return True

    async def try_again(
        self, saga: OpenSaga, attempt: Attempt, passengers: Sequence[Passenger], contact: Contact
    ) -> OpenSaga | None:
        booking_id, hold_id = saga.booking.booking_id, saga.booking.hold_id
        async with self._database.transaction() as session:
            if attempt.key is not None:
                claimed = await session.fetch(
                    sql.CLAIM_KEYS, [attempt.key], [booking_id], [attempt.payment_id], [attempt.fingerprint]
                )
                if not claimed:
                    raise KeyClaimed
            # The booking before its saga, like everybody who changes both.
            await session.fetchval(sql.LOCK_PENDING, booking_id)
            taken = await session.fetchval(
                sql.TRY_AGAIN,
                hold_id,
                booking_id,
                self._lease_s,
                self._worker_no,
                attempt.key,
                attempt.fingerprint,
                attempt.method,
                attempt.token,
                attempt.correlation_id,
            )
            if taken is None:
                await session.execute(sql.FREE_KEYS, [attempt.key] if attempt.key else [])
                return None
            await session.execute(sql.SET_PAYMENT, booking_id, attempt.payment_id)
            await session.execute(sql.SET_PEOPLE, booking_id, *self._private.hide(booking_id, passengers, contact))
        booking = msgspec.structs.replace(
            saga.booking, payment_id=attempt.payment_id, passengers=tuple(passengers), contact=contact
        )
        return OpenSaga(booking, SagaKind.BOOK, attempt)

    async def postpone(self, hold_id: UUID, delay_s: int, error: str) -> None:
        await self._database.execute(sql.POSTPONE, hold_id, delay_s, error[:500])

    async def renew(self, hold_ids: Sequence[UUID]) -> None:
        await self._database.execute(sql.RENEW, list(hold_ids), self._lease_s)

    async def hasten(self, booking_ids: Sequence[UUID]) -> int:
        return int((await self._database.execute(sql.HASTEN, list(booking_ids))).split()[-1])

    async def take_due(self, limit: int) -> Sequence[OpenSaga]:
        async with self._database.acquire() as session:
            due = await session.fetch(sql.TAKE_DUE, limit, self._lease_s, self._worker_no)
            if not due:
                return []
            rows = await session.fetch(sql.FIND_BOOKINGS, [row["booking_id"] for row in due])
        bookings = {row["booking_id"]: booking_of(row, self._private) for row in rows}
        return [saga_of(row, bookings[row["booking_id"]]) for row in due if row["booking_id"] in bookings]

    async def find_saga(self, hold_id: UUID) -> OpenSaga | None:
        row = await self._database.fetchrow(sql.FIND_SAGA, hold_id)
        booking = None if row is None else await self.find_booking(row["booking_id"])
        return None if booking is None else saga_of(row, booking)

    async def find_claim(self, key: bytes) -> Claimed | None:
        row = await self._database.fetchrow(sql.FIND_CLAIM, key)
        return None if row is None else Claimed(row["fingerprint"], row["booking_id"], self._stored(row))

    async def find_answer(self, payment_id: UUID) -> Stored | None:
        row = await self._database.fetchrow(sql.FIND_ANSWER, payment_id)
        return None if row is None else self._stored(row)

    async def find_booking(self, booking_id: UUID) -> Booking | None:
        row = await self._database.fetchrow(sql.FIND_BOOKING, booking_id)
        return None if row is None else booking_of(row, self._private)

    async def find_bookings(self, booking_ids: Sequence[UUID]) -> Sequence[Booking]:
        rows = await self._database.fetch(sql.FIND_BOOKINGS, list(booking_ids))
        return [booking_of(row, self._private) for row in rows]

    async def find_by_locator(self, locator: str) -> Booking | None:
        row = await self._database.fetchrow(sql.FIND_BY_LOCATOR, locator)
        return None if row is None else booking_of(row, self._private)

    async def find_to_show(self, locator: str, reader: UUID) -> Booking | None:
        row = await self._reads.fetchrow(reader, sql.FIND_BY_LOCATOR, locator)
        return None if row is None else booking_of(row, self._private)

    async def find_address(self, locator: str) -> tuple[UUID, str] | None:
        row = await self._database.fetchrow(sql.FIND_CONTACT, locator)
        return None if row is None else (row["booking_id"], address_of(row["contact"]))

    def _stored(self, row: Any) -> Stored | None:
        return None if row["status"] is None else self._private.show_answer(row)

    async def list_own(self, owner_id: UUID, before: UUID | None, limit: int) -> Sequence[Booking]:
        rows = await self._reads.fetch(owner_id, sql.LIST_OWN, owner_id, before or LAST_ID, limit)
        return [booking_of(row, self._private) for row in rows]

    async def list_bookings(self, after: UUID | None, limit: int) -> tuple[BookingFacts, ...]:
        rows = await self._database.fetch(sql.LIST_BOOKINGS, after or NO_ID, limit)
        return tuple(facts_of(row) for row in rows)

    async def note_trouble(self, trouble: Trouble) -> None:
        await self._database.execute(sql.NOTE_TROUBLE, *msgspec.structs.astuple(trouble))

    async def list_troubles(self, booking_id: UUID) -> Sequence[TimelineEntry]:
        rows = await self._database.fetch(sql.LIST_TROUBLES, booking_id)
        return [
            TimelineEntry(
                at=row["happened_at"],
                what=row["step"],
                code=row["code"],
                attempt=row["attempt"],
                detail=row["detail"],
                correlation_id=row["correlation_id"],
            )
            for row in rows
        ]

    async def list_events(self, booking_id: UUID) -> Sequence[TimelineEntry]:
        rows = await self._database.fetch(sql.LIST_EVENTS, booking_id, made_at(booking_id) - CLOCKS_APART)
        return [TimelineEntry(row["made_at"], row["type"]) for row in rows]

    async def find_open_work(self, booking: Booking) -> OpenWork | None:
        row = await self._database.fetchrow(sql.FIND_OPEN_WORK, booking.booking_id)
        if row is None:
            return None
        return OpenWork(_KINDS[SagaKind(row["kind"])], row["attempts"], row["due_at"], row["last_error"])

    async def remove_old_answers(self, older_than_s: int) -> int:
        made_ms = int((time.time() - older_than_s) * 1000)
        bound = UUID(int=made_ms << 80)
        removed = 0
        while True:
            count: int = await self._database.fetchval(sql.REMOVE_OLD_ANSWERS, bound, REMOVE_BATCH)
            removed += count
            if count < REMOVE_BATCH:
                return removed


def _ended(saga: OpenSaga, answer: Stored) -> BookingEvent:
    code = str(msgspec.json.decode(answer.body)["code"])
    return events.ended(saga.booking, saga.attempt.correlation_id, expired=saga.kind is SagaKind.WAIT, reason=code)


def made_at(booking_id: UUID) -> datetime:
    """When an id of version 7 was made (RFC 9562, 5.7)."""
    return datetime.fromtimestamp((booking_id.int >> 80) / 1000, UTC)
