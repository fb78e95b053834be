"""Devices that are signed in, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.events import CustomerSignedIn, CustomerSignedOut
from wayfare.infrastructure.database import Database, Row
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.application.ports import Turned
from wayfare.services.customers.domain.customer import DEVICES_MAX, REFRESH_S, Session


class PostgresSessions:
    """Implements the port `Sessions`."""

    def __init__(self, database: Database, revocations: WatchedRevocations, outbox: Outbox, clock: Clock) -> None:
        self._database, self._revocations, self._clock = database, revocations, clock
        self._outbox = outbox

    async def open(
        self, customer_id: UUID, password_hash: str, device: str, secret: bytes, *, second_factor: bool
    ) -> UUID | None:
        session_id, now_s = uuid7(), self._clock.now_s()
        async with self._database.transaction() as session:
            if await session.fetchval(sql.LOCK_CREDENTIALS, customer_id, password_hash) is None:
                return None
            until_s = now_s + REFRESH_S
            await session.execute(
                sql.OPEN_SESSION, session_id, customer_id, device, secret, now_s, until_s, second_factor
            )
            ended = await session.fetch(sql.END_QUIET_SESSIONS, customer_id, DEVICES_MAX)
            opened = CustomerSignedIn(
                customer_id=customer_id, device_id=session_id, correlation_id=correlation_id.get()
            )
            await self._outbox.write(session, [opened, *_signed_out(ended)])
        self._revocations.note_all(ended)
        return session_id

    async def turn(self, session_id: UUID, generation: int, secret: bytes, fresh: bytes) -> Turned | None:
        now_s = self._clock.now_s()
        row = await self._database.fetchrow(
            sql.TURN_SESSION, session_id, generation, secret, fresh, now_s, now_s + REFRESH_S
        )
        return None if row is None else Turned(*row)

    async def is_recent(self, session_id: UUID, within_s: int) -> bool:
        found: bool = await self._database.fetchval(sql.IS_RECENT, session_id, self._clock.now_s() - within_s)
        return found

    async def end(self, session_id: UUID, customer_id: UUID | None = None) -> bool:
        async with self._database.transaction() as session:
            ended = await session.fetch(sql.END_SESSION, session_id, customer_id)
            await self._outbox.write(session, _signed_out(ended))
        self._revocations.note_all(ended)
        return bool(ended)

    async def list_of(self, customer_id: UUID) -> Sequence[Session]:
        rows = await self._database.fetch(sql.LIST_SESSIONS, customer_id, self._clock.now_s())
        return [Session(*row) for row in rows]


def _signed_out(ended: Sequence[Row]) -> list[CustomerSignedOut]:
    return [
        CustomerSignedOut(
            customer_id=row["customer_id"], device_id=row["session_id"], correlation_id=correlation_id.get()
        )
        for row in ended
    ]
