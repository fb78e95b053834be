"""What was stored in the clear, or under an older key, is encrypted under the newest one: beside selling, in the order
in which bookings were made, each looked at once for a key.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from wayfare.infrastructure.database import Database, Row, Session
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import former_without_birth_dates

BATCH = 1_000
SETTLED_S = 600
"""Younger bookings are left for the next time: a process that has not yet read the newest key may be writing one."""

DONE_TO = "SELECT done_to FROM bookings.sealing WHERE prefix = $1"
PAGE = """
SELECT booking_id, due, CASE WHEN due THEN passengers END AS passengers, CASE WHEN due THEN contact END AS contact,
       sealed
FROM (SELECT booking_id, passengers, contact, sealed,
             coalesce(substring(sealed FROM 1 FOR length($4::bytea)) <> $4,
                      strpos(passengers, '"birth_date":') > 0 OR strpos(contact, '"phone":') > 0) AS due
      FROM bookings.booking_detail WHERE booking_id > $1 AND booking_id < $2 ORDER BY booking_id LIMIT $3) AS page
ORDER BY booking_id
"""
# Whoever changed a booking since has encrypted it.
SEAL = """
UPDATE bookings.booking_detail AS d SET passengers = r.passengers, contact = r.contact, sealed = r.sealed
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bytea[])
    AS r (booking_id, passengers, contact, sealed, passengers_seen, sealed_seen)
WHERE d.booking_id = r.booking_id AND d.passengers = r.passengers_seen AND d.sealed IS NOT DISTINCT FROM r.sealed_seen
"""
FORMER = """
SELECT booking_id, exchange_id, former FROM bookings.exchange
WHERE booking_id = ANY($1::uuid[]) AND strpos(former, '"birth_date":') > 0 FOR UPDATE
"""
SET_FORMER = "UPDATE bookings.exchange SET former = $3 WHERE booking_id = $1 AND exchange_id = $2"
REMEMBER = """
INSERT INTO bookings.sealing (prefix, done_to) VALUES ($1, $2)
ON CONFLICT (prefix) DO UPDATE SET done_to = excluded.done_to
"""


async def seal_anew(database: Database, private: PrivateFields) -> int:
    """How many were encrypted. Goes through all that is left, a page at a time; safe to repeat and to break off."""
    prefix = private.current_prefix()
    position: UUID = await database.fetchval(DONE_TO, prefix) or UUID(int=0)
    bound = UUID(int=int((time.time() - SETTLED_S) * 1000) << 80)
    sealed = 0
    while True:
        rows = await database.fetch(PAGE, position, bound, BATCH, prefix)
        if rows:
            position = rows[-1]["booking_id"]
            due = [row for row in rows if row["due"]]
            async with database.transaction() as session:
                await _seal(session, due, private)
                await session.execute(REMEMBER, prefix, position)
            sealed += len(due)
        if len(rows) < BATCH:
            return sealed


async def _seal(session: Session, due: Sequence[Row], private: PrivateFields) -> None:
    if not due:
        return
    ids = [row["booking_id"] for row in due]
    people = [private.hide(row["booking_id"], *private.show(row)) for row in due]
    await session.execute(
        SEAL,
        ids,
        [one.passengers for one in people],
        [one.contact for one in people],
        [one.sealed for one in people],
        [row["passengers"] for row in due],
        [row["sealed"] for row in due],
    )
    for row in await session.fetch(FORMER, ids):
        await session.execute(SET_FORMER, row["booking_id"], row["exchange_id"], former_without_birth_dates(row))
