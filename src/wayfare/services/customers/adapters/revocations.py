"""Which sessions were revoked: known to every process at once, asked for without a statement.

PostgreSQL tells each process (NOTIFY, in the transaction that revokes). Besides, each reads the revocations of the
last minute every second, over the same connection, and thereby sees that it still hears. A picture that was not
confirmed for two seconds is not trusted: then the table is asked, for each token. So a revoked token is refused
everywhere within milliseconds, and after two seconds at most when a notice was lost (a pooler in between). Where there
is a Redis, it carries notices too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from uuid import UUID

import asyncpg
import structlog

from wayfare.infrastructure.database import Connection, Database, Row, close
from wayfare.kernel.errors import WayfareError
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.revocation_notices import RedisNotices
from wayfare.services.customers.domain.customer import ACCESS_S

log = structlog.get_logger()
KEPT_S = ACCESS_S + 120
"""How long a revocation matters: as long as the last access token of the session, and a little for clocks."""
ROUND_S = 1.0
STALE_S = 2.0
OVERLAP_S = 60
"""Longer than a transaction that revokes may take: a revocation is dated by the beginning of its transaction."""
_LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, WayfareError)


class WatchedRevocations:
    """Implements the port `Revocations`."""

    def __init__(self, database: Database, notices: RedisNotices | None = None) -> None:
        self._database, self._notices = database, notices
        self._revoked: dict[UUID, float] = {}
        self._confirmed_at = -float("inf")
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks.append(asyncio.create_task(self._watch(), name="revocations"))
        if self._notices is not None:
            listening = self._notices.listen(self._heard_of)
            self._tasks.append(asyncio.create_task(listening, name="revocations by redis"))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._notices is not None:
            await self._notices.aclose()

    async def is_revoked(self, session_id: UUID) -> bool:
        if session_id in self._revoked:
            return True
        if time.monotonic() - self._confirmed_at <= STALE_S:
            return False
        found: bool = await self._database.fetchval(sql.IS_REVOKED, session_id)
        return found

    def note(self, session_id: UUID) -> None:
        """It was revoked here."""
        self._heard_of(session_id)
        if self._notices is not None:
            self._notices.tell(session_id)

    def note_all(self, ended: Iterable[Row]) -> None:
        """Sessions that were ended here, as their statement returned them."""
        for row in ended:
            self.note(row["session_id"])

    async def _watch(self) -> None:
        while True:
            connection: Connection | None = None
            try:
                connection = await self._database.dedicated("revocations")
                await connection.add_listener(sql.REVOKED_CHANNEL, self._heard)
                while True:
                    await self._read(connection)
                    await asyncio.sleep(ROUND_S)
            except _LOST as error:
                log.warning("revocations.not_heard", error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(ROUND_S)
            finally:
                if connection is not None:
                    await close(connection)

    async def _read(self, connection: Connection) -> None:
        began = time.monotonic()
        back_s = min(began - self._confirmed_at + OVERLAP_S, KEPT_S)
        for row in await connection.fetch(sql.LIST_REVOKED, back_s):
            self._revoked.setdefault(row[0], began)
        self._confirmed_at = began
        # Noted in the order of time: the oldest stand first.
        while self._revoked and began - (oldest := next(iter(self._revoked.items())))[1] > KEPT_S:
            del self._revoked[oldest[0]]

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self._heard_of(UUID(payload))

    def _heard_of(self, session_id: UUID) -> None:
        self._revoked[session_id] = time.monotonic()
