"""Devices that sign in and out: told to the audit log and to those who watch for revocations."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.events import CustomerSignedIn, CustomerSignedOut
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.adapters.session_table import Ended, NewSession, SessionTable
from wayfare.services.customers.application.ports import Turned
from wayfare.services.customers.domain.customer import REFRESH_S, Session


class KeptSessions:
    """Implements the port `Sessions`."""

    def __init__(
        self, database: Database, table: SessionTable, revocations: WatchedRevocations, outbox: Outbox, clock: Clock
    ) -> None:
        self._database, self._table, self._revocations, self._clock = database, table, revocations, clock
        self._outbox = outbox

    async def open(
        self, customer_id: UUID, password_hash: str, device: str, secret: bytes, *, second_factor: bool
    ) -> UUID | None:
        session_id, now_s = uuid7(), self._clock.now_s()
        async with self._database.transaction() as tx:
            if await tx.fetchval(sql.LOCK_CREDENTIALS, customer_id, password_hash) is None:
                return None
            times = (now_s, now_s, now_s + REFRESH_S)
            await self._table.open(tx, NewSession(session_id, customer_id, device, secret, *times, second_factor))
            ended = await self._table.end_quiet(tx, customer_id)
            opened = CustomerSignedIn(
                customer_id=customer_id, device_id=session_id, correlation_id=correlation_id.get()
            )
            await self._outbox.write(tx, [opened, *_signed_out(ended)])
        self._revocations.note_all(ended)
        return session_id

    async def turn(
        self, customer_id: UUID | None, session_id: UUID, generation: int, secret: bytes, fresh: bytes
    ) -> Turned | None:
        return await self._table.turn(customer_id, session_id, generation, secret, fresh, self._clock.now_s())

    async def is_recent(self, customer_id: UUID, session_id: UUID, within_s: int) -> bool:
        return await self._table.is_recent(customer_id, session_id, self._clock.now_s() - within_s)

    async def end(self, session_id: UUID, customer_id: UUID | None) -> bool:
        async with self._database.transaction() as tx:
            ended = await self._table.end(tx, customer_id, session_id)
            await self._outbox.write(tx, _signed_out(ended))
        self._revocations.note_all(ended)
        return bool(ended)

    async def list_of(self, customer_id: UUID) -> Sequence[Session]:
        return await self._table.list_of(customer_id, self._clock.now_s())


def _signed_out(ended: Sequence[Ended]) -> list[CustomerSignedOut]:
    return [
        CustomerSignedOut(customer_id=one.customer_id, device_id=one.session_id, correlation_id=correlation_id.get())
        for one in ended
    ]
