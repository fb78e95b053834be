"""By whose address the bookings of guests are found. Kept beside the hot path, from events."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.services.bookings.adapters import sql
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import address_of, booking_of
from wayfare.services.bookings.domain import events
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.guests import address_key

CLAIMED_MAX = 500
"""In one transaction."""
_NOTE = """
INSERT INTO bookings.guest_contact (address, booking_id) SELECT * FROM unnest($1::bytea[], $2::uuid[])
ON CONFLICT DO NOTHING
"""
_CONTACTS = """
SELECT b.booking_id, d.contact FROM bookings.booking AS b JOIN bookings.booking_detail AS d USING (booking_id)
WHERE b.booking_id = ANY($1::uuid[]) AND b.owner_id IS NULL ORDER BY b.booking_id
"""
_TAKE = """
WITH found AS (
    SELECT address, booking_id FROM bookings.guest_contact WHERE address = $1 ORDER BY booking_id LIMIT $2 FOR UPDATE
)
DELETE FROM bookings.guest_contact AS g USING found
WHERE g.address = found.address AND g.booking_id = found.booking_id RETURNING g.booking_id
"""
_OWN = """
UPDATE bookings.booking SET owner_id = $2, updated_at = now()
WHERE booking_id = ANY($1::uuid[]) AND owner_id IS NULL RETURNING booking_id
"""
_DISOWN = "UPDATE bookings.booking SET owner_id = NULL, updated_at = now() WHERE owner_id = $1 RETURNING booking_id"


class PostgresGuests:
    """Implements the port `Guests`."""

    def __init__(self, database: Database, outbox: Outbox, private: PrivateFields) -> None:
        self._database, self._outbox, self._private = database, outbox, private

    async def claim(self, address: bytes, customer_id: UUID) -> Sequence[Booking]:
        claimed: list[Booking] = []
        while await self._claim_some(address, customer_id, claimed) == CLAIMED_MAX:
            pass
        return claimed

    async def note(self, session: Session, booking_ids: Sequence[UUID]) -> None:
        """Remember by whose address those of them are found that are a guest's; safe to repeat."""
        rows = await session.fetch(_CONTACTS, list(booking_ids))
        keys = [address_key(address_of(row["contact"])) for row in rows]
        await session.execute(_NOTE, keys, [row["booking_id"] for row in rows])

    async def disown(self, session: Session, customer_id: UUID) -> Sequence[UUID]:
        """The account has gone: its bookings, which these are, are a guest's again."""
        booking_ids = [row["booking_id"] for row in await session.fetch(_DISOWN, customer_id)]
        await self.note(session, booking_ids)
        return booking_ids

    async def _claim_some(self, address: bytes, customer_id: UUID, claimed: list[Booking]) -> int:
        """Adds what was claimed; how many were looked at."""
        async with self._database.transaction() as session:
            taken = [row["booking_id"] for row in await session.fetch(_TAKE, address, CLAIMED_MAX)]
            owned = [row["booking_id"] for row in await session.fetch(_OWN, taken, customer_id)]
            found = [booking_of(row, self._private) for row in await session.fetch(sql.FIND_BOOKINGS, owned)]
            request = correlation_id.get()
            await self._outbox.write(session, [events.claimed(one, customer_id, request) for one in found])
        claimed += found
        return len(taken)
