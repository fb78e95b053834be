"""The list of a customer's bookings in DynamoDB: an item for each booking, found by its customer through an index.

It is a picture of what PostgreSQL says, renewed by each event of the booking: some moments old, never wrong for long.
An item knows the event it was renewed by, so a late write never covers a newer one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from typing import Any
from uuid import UUID

from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.dynamo import ConditionFailed, Dynamo, Item, Table, number, text
from wayfare.kernel.ids import departure_day
from wayfare.kernel.time import day_of, utc
from wayfare.services.bookings.adapters import sql
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import booking_of
from wayfare.services.bookings.domain.booking import Booking

BOOKINGS = Table("bookings", ("booking_id",), {"customer": ("customer_id", "booking_id")})
TABLES = (BOOKINGS,)
AT_ONCE = 16
FILL_PAGE = 500
BEFORE_ALL = "0"
"""The position of what was there before any event."""
LEFT_S = 86_400


class DynamoBookingLists:
    """Implements the port `BookingLists`. `kept_days`: how long after its journey a booking is listed."""

    def __init__(self, dynamo: Dynamo, private: PrivateFields, kept_days: int) -> None:
        self._dynamo, self._private, self._kept_days = dynamo, private, kept_days
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def list_own(self, owner_id: UUID, before: UUID | None, limit: int) -> Sequence[Booking]:
        values = {":customer": text(owner_id), ":now": number(int(time.time()))}
        condition = "customer_id = :customer"
        if before is not None:
            condition, values[":before"] = f"{condition} AND booking_id < :before", text(before)
        found: list[Booking] = []
        items = self._dynamo.query(
            BOOKINGS,
            IndexName="customer",
            KeyConditionExpression=condition,
            FilterExpression="expires_s > :now",
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit,
        )
        async for item in items:
            found.append(self._private.show_whole(item["content"]["S"], _sealed(item)))
            if len(found) == limit:
                break
        return found

    async def renew(self, session: Session, positions: Mapping[UUID, str]) -> None:
        """Bookings as they are now, each by the last of its events; those of guests are in no list. Safe to repeat."""
        rows = await session.fetch(sql.FIND_OWNED, list(positions))
        await self._put_all((booking_of(row, self._private), positions[row["booking_id"]]) for row in rows)

    async def leave(self, customer_id: UUID, booking_ids: Sequence[UUID]) -> None:
        """They are this customer's no longer, also for whoever is about to write what they read before."""
        until_s = int(time.time()) + LEFT_S
        await asyncio.gather(*(self._leave(customer_id, booking_id, until_s) for booking_id in booking_ids))

    async def aclose(self) -> None:
        await self._dynamo.aclose()

    async def make(self, database: Database) -> list[str]:
        """Makes the table where it is not there, with what customers have booked before; its name then.

        Raises ConfigurationError.
        """
        made = await self._dynamo.create(TABLES)
        if made:
            await self.fill(database)
        return made

    async def fill(self, database: Database) -> int:
        """Adds every customer's bookings, but where something newer is there; how many were looked at."""
        position, filled = UUID(int=0), 0
        while True:
            rows = await database.fetch(sql.PAGE_OWNED, position, FILL_PAGE)
            await self._put_all((booking_of(row, self._private), BEFORE_ALL) for row in rows)
            filled += len(rows)
            if len(rows) < FILL_PAGE:
                return filled
            position = rows[-1]["booking_id"]

    async def _put_all(self, bookings: Iterable[tuple[Booking, str]]) -> None:
        await asyncio.gather(*(self._put(booking, position) for booking, position in bookings))

    async def _put(self, booking: Booking, position: str) -> None:
        content, sealed = self._private.hide_whole(booking)
        item: dict[str, Mapping[str, Any]] = {
            "booking_id": text(booking.booking_id),
            "customer_id": text(booking.owner_id),
            "list_position": text(position),
            "expires_s": number(self._expires_s(booking)),
            "content": text(content.decode()),
        }
        if sealed is not None:
            item["sealed"] = {"B": sealed}
        newest = "attribute_not_exists(booking_id) OR list_position <= :position"
        theirs = "attribute_not_exists(left_by) OR left_by <> :customer"
        values: dict[str, Any] = {":position": item["list_position"], ":customer": item["customer_id"]}
        async with self._turns:
            try:
                await self._dynamo.put(
                    BOOKINGS,
                    item,
                    ConditionExpression=f"({newest}) AND ({theirs})",
                    ExpressionAttributeValues=values,
                )
            except ConditionFailed:
                return  # what is there is newer

    async def _leave(self, customer_id: UUID, booking_id: UUID, until_s: int) -> None:
        item: Item = {
            "booking_id": text(booking_id),
            "left_by": text(customer_id),
            "list_position": text(BEFORE_ALL),
            "expires_s": number(until_s),
        }
        async with self._turns:
            await self._dynamo.put(BOOKINGS, item)

    def _expires_s(self, booking: Booking) -> int:
        """When PostgreSQL forgets whose it is: see adapters/forgetting.py."""
        travelled = max(departure_day(leg.departure_id) for leg in booking.offer.legs)
        last = max(day_of(travelled), utc(booking.created_s).date())
        forgotten = last + timedelta(days=self._kept_days + 1)
        return int(datetime.combine(forgotten, day_time(), UTC).timestamp())


def _sealed(item: Item) -> bytes | None:
    return bytes(item["sealed"]["B"]) if "sealed" in item else None
