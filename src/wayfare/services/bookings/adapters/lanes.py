"""The two hot writes of a booking, coalesced: create and ticket."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import data_text
from wayfare.services.bookings.adapters import sql
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import json_text
from wayfare.services.bookings.application.ports import HoldBusy, KeyClaimed, NewBookingRow, TicketedRow
from wayfare.services.bookings.domain.booking import Item
from wayfare.services.bookings.domain.events import confirmed, created

STEPS_QUEUE_MAX = 65_536  # a booking that exists is finished, never refused for overload


class BookingLanes:
    def __init__(self, database: Database, private: PrivateFields, worker_no: int, lease_s: int) -> None:
        self._private, self._worker_no, self._lease_s = private, worker_no, lease_s
        self.creating: Lane[NewBookingRow, None] = Lane("bookings.create", database, self._create)
        self.ticketing: Lane[TicketedRow, bool] = Lane(
            "bookings.ticket", database, self._ticket, queue_max=STEPS_QUEUE_MAX, single=True
        )

    async def start(self) -> None:
        await self.creating.start()
        await self.ticketing.start()

    async def stop(self) -> None:
        await self.creating.stop()
        await self.ticketing.stop()

    async def _create(
        self, session: Session, batch: Sequence[NewBookingRow], again: bool
    ) -> Sequence[Exception | None]:
        answers: dict[UUID, Exception | None] = {}
        rows = list(batch)
        if again:
            ids = [row.booking.booking_id for row in rows]
            answers = {found[0]: None for found in await session.fetch(sql.FIND_EXISTING, ids)}
            rows = [row for row in rows if row.booking.booking_id not in answers]
        keyed = [row for row in rows if row.attempt.key is not None]
        if keyed:
            claimed = await self._claim_keys(session, keyed)
            refused = {row.booking.booking_id for row in keyed} - claimed
            answers |= dict.fromkeys(refused, KeyClaimed())
            rows = [row for row in rows if row.booking.booking_id not in refused]
        if rows:
            opened = await self._open_sagas(session, rows)
            busy = [row for row in rows if row.booking.booking_id not in opened]
            if busy:
                answers |= {row.booking.booking_id: HoldBusy() for row in busy}
                await session.execute(sql.FREE_KEYS, [row.attempt.key for row in busy if row.attempt.key])
            await self._insert(session, [row for row in rows if row.booking.booking_id in opened])
        return [answers.get(row.booking.booking_id) for row in batch]

    async def _claim_keys(self, session: Session, rows: Sequence[NewBookingRow]) -> set[UUID]:
        # In the order of the keys: two processes that claim the same ones never wait for each other crosswise.
        rows = sorted(rows, key=lambda row: row.attempt.key or b"")
        claimed = await session.fetch(
            sql.CLAIM_KEYS,
            [row.attempt.key for row in rows],
            [row.booking.booking_id for row in rows],
            [row.attempt.payment_id for row in rows],
            [row.attempt.fingerprint for row in rows],
        )
        payments = {found[0] for found in claimed}
        return {row.booking.booking_id for row in rows if row.attempt.payment_id in payments}

    async def _open_sagas(self, session: Session, rows: Sequence[NewBookingRow]) -> set[UUID]:
        rows = sorted(rows, key=lambda row: row.booking.hold_id)
        opened = await session.fetch(
            sql.OPEN_SAGAS,
            [row.booking.hold_id for row in rows],
            [row.booking.booking_id for row in rows],
            [row.attempt.key for row in rows],
            [row.attempt.fingerprint for row in rows],
            [row.attempt.method for row in rows],
            [row.attempt.token for row in rows],
            self._lease_s,
            self._worker_no,
            [row.attempt.correlation_id for row in rows],
        )
        return {found[0] for found in opened}

    async def _insert(self, session: Session, rows: Sequence[NewBookingRow]) -> None:
        if not rows:
            return
        bookings = [row.booking for row in rows]
        totals = [booking.total for booking in bookings]
        people = [self._private.hide(one.booking_id, one.passengers, one.contact) for one in bookings]
        await session.execute(
            sql.INSERT_BOOKINGS,
            [booking.booking_id for booking in bookings],
            [booking.hold_id for booking in bookings],
            [booking.payment_id for booking in bookings],
            [total.minor for total in totals],
            [booking.created_s for booking in bookings],
            [total.currency for total in totals],
            [booking.locator for booking in bookings],
            [json_text(booking.offer) for booking in bookings],
            [one.passengers for one in people],
            [one.contact for one in people],
            [json_text(booking.units) for booking in bookings],
            [data_text(created(row.booking, row.attempt.correlation_id), row) for row in rows],
            [booking.owner_id for booking in bookings],
            [one.sealed for one in people],
        )

    async def _ticket(self, session: Session, batch: Sequence[TicketedRow], _again: bool) -> Sequence[bool]:
        # A saga resumed here while it still ran may bring a booking twice: the first one counts.
        unique = {row.booking.booking_id: row for row in reversed(batch)}
        ids = sorted(unique)
        rows = [unique[booking_id] for booking_id in ids]
        items: list[tuple[UUID, int, Item]] = [
            (row.booking.booking_id, number, item) for row in rows for number, item in enumerate(row.booking.items(), 1)
        ]
        keyed = [row for row in rows if row.attempt.key is not None]
        kept = [self._private.hide_answer(row.attempt.payment_id, row.answer, row.booking) for row in keyed]
        done = await session.fetch(
            sql.TICKET_BOOKINGS,
            ids,
            ids[0],
            ids[-1],
            [booking_id for booking_id, _, _ in items],
            [item.departure_id for _, _, item in items],
            [item.price for _, _, item in items],
            [item.unit_no for _, _, item in items],
            [number for _, number, _ in items],
            [item.passenger for _, _, item in items],
            [item.leg for _, _, item in items],
            [item.coach for _, _, item in items],
            [item.label for _, _, item in items],
            [row.booking.hold_id for row in rows],
            [row.attempt.payment_id for row in keyed],
            [row.attempt.key for row in keyed],
            [body for body, _ in kept],
            [row.booking.booking_id for row in keyed],
            [item.from_call for _, _, item in items],
            [item.to_call for _, _, item in items],
            [
                data_text(confirmed(row.booking, row.attempt.payment_id, row.attempt.correlation_id), row)
                for row in rows
            ],
            [sealed for _, sealed in kept],
        )
        finished = {found[0] for found in done}
        return [unique[row.booking.booking_id] is row and row.booking.booking_id in finished for row in batch]
