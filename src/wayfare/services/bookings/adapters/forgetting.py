"""Who travelled is forgotten some time after the journey; what was travelled and paid stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from wayfare.infrastructure.database import Database, Row, Session
from wayfare.kernel.ids import departure_day
from wayfare.kernel.time import day_number
from wayfare.services.bookings.adapters.records import former_without_names, json_text, passengers_of
from wayfare.services.bookings.domain.booking import NOBODY, nameless

BATCH = 500

# One page of what was booked before a moment; `last_day`: of the last departure, null where nothing was ticketed.
PAGE = """
SELECT d.booking_id, d.passengers,
       (SELECT max(i.departure_id) FROM bookings.booking_item AS i WHERE i.booking_id = d.booking_id) AS last_departure
FROM bookings.booking_detail AS d
WHERE d.booking_id > $1 AND d.booking_id < $2 AND d.contact <> $3
  AND NOT EXISTS (SELECT FROM bookings.open_saga AS s WHERE s.booking_id = d.booking_id)
ORDER BY d.booking_id LIMIT $4
"""
SET_NOBODY = """
UPDATE bookings.booking_detail AS d SET passengers = r.passengers, contact = $3, sealed = NULL
FROM unnest($1::uuid[], $2::text[]) AS r (booking_id, passengers) WHERE d.booking_id = r.booking_id
"""
DISOWN = "UPDATE bookings.booking SET owner_id = NULL WHERE booking_id = ANY($1::uuid[]) AND owner_id IS NOT NULL"
FORMER = """
SELECT booking_id, exchange_id, former FROM bookings.exchange WHERE booking_id = ANY($1::uuid[]) AND former <> ''
"""
SET_FORMER = "UPDATE bookings.exchange SET former = $3 WHERE booking_id = $1 AND exchange_id = $2"


async def forget_old_passengers(database: Database, kept_days: int) -> int:
    return await forget_passengers(database, datetime.now(UTC) - timedelta(days=kept_days))


async def forget_passengers(database: Database, before: datetime) -> int:
    """Forget who travelled on bookings whose last departure, or else the booking itself, was before that day.

    How many were forgotten. Goes through all that is older, a page at a time; safe to repeat and to break off.
    """
    bound = UUID(int=int(before.timestamp() * 1000) << 80)
    last_day, nobody = day_number(before.date()), json_text(NOBODY)
    position, forgotten = UUID(int=0), 0
    while True:
        rows = await database.fetch(PAGE, position, bound, nobody, BATCH)
        due = [row for row in rows if row["last_departure"] is None or departure_day(row["last_departure"]) < last_day]
        if due:
            async with database.transaction() as session:
                await _forget(session, due, nobody)
        forgotten += len(due)
        if len(rows) < BATCH:
            return forgotten
        position = rows[-1]["booking_id"]


async def _forget(session: Session, due: Sequence[Row], nobody: str) -> None:
    ids = [row["booking_id"] for row in due]
    passengers = [json_text(tuple(nameless(one) for one in passengers_of(row))) for row in due]
    await session.execute(SET_NOBODY, ids, passengers, nobody)
    await session.execute(DISOWN, ids)
    for row in await session.fetch(FORMER, ids):
        await session.execute(SET_FORMER, row["booking_id"], row["exchange_id"], former_without_names(row))
