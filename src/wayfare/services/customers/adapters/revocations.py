"""Which sessions were revoked: known to every process at once, asked for without a statement.

PostgreSQL tells each process (NOTIFY, in the transaction that revokes). Besides, each reads the revocations of the
last minute every second, over the same connection, and thereby sees that it still hears. A picture that was not
confirmed for two seconds is not trusted: then the table is asked, for each token. So a revoked token is refused
everywhere within milliseconds, and after two seconds at most when a notice was lost (a pooler in between). Where there
is a Redis, it carries notices too. In DynamoDB (`dynamo_revocations.py`) nobody is told, and all is found by reading.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeAlias
from uuid import UUID

import asyncpg
import structlog

from wayfare.infrastructure.database import Database, close
from wayfare.kernel.errors import WayfareError
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.revocation_notices import RedisNotices
from wayfare.services.customers.adapters.session_table import Ended
from wayfare.services.customers.domain.customer import ACCESS_S

log = structlog.get_logger()
KEPT_S = ACCESS_S + 120
"""How long a revocation matters: as long as the last access token of the session, and a little for clocks."""
ROUND_S = 1.0
STALE_S = 2.0
OVERLAP_S = 60
"""Longer than a transaction that revokes may take: a revocation is dated by the beginning of its transaction."""
_LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, WayfareError)
ReadRevoked: TypeAlias = Callable[[float], Awaitable[Sequence[UUID]]]
"""The sessions that were revoked in the last so many seconds."""


class RevocationList(Protocol):
    """Where revocations are written down."""

    def follow(self, heard: Callable[[UUID], None]) -> AbstractAsyncContextManager[ReadRevoked]:
        """A way to read them, for the block; meanwhile `heard` may be called for one that was just made."""
        ...

    async def has(self, session_id: UUID) -> bool: ...


class PostgresRevocationList:
    """Implements `RevocationList`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def follow(self, heard: Callable[[UUID], None]) -> AsyncIterator[ReadRevoked]:
        connection = await self._database.dedicated("revocations")

        def told(_connection: object, _pid: int, _channel: str, payload: str) -> None:
            heard(UUID(payload))

        async def read(back_s: float) -> Sequence[UUID]:
            return [row[0] for row in await connection.fetch(sql.LIST_REVOKED, back_s)]

        try:
            await connection.add_listener(sql.REVOKED_CHANNEL, told)
            yield read
        finally:
            await close(connection)

    async def has(self, session_id: UUID) -> bool:
        found: bool = await self._database.fetchval(sql.IS_REVOKED, session_id)
        return found


class WatchedRevocations:
    """Implements the port `Revocations`."""

    def __init__(self, kept: RevocationList, notices: RedisNotices | None = None) -> None:
        self._list, self._notices = kept, notices
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
        return await self._list.has(session_id)

    def note(self, session_id: UUID) -> None:
        """It was revoked here."""
        self._heard_of(session_id)
        if self._notices is not None:
            self._notices.tell(session_id)

    def note_all(self, ended: Iterable[Ended]) -> None:
        """Sessions that were ended here."""
        for one in ended:
            self.note(one.session_id)

    async def _watch(self) -> None:
        while True:
            try:
                async with self._list.follow(self._heard_of) as read:
                    while True:
                        await self._read(read)
                        await asyncio.sleep(ROUND_S)
            except _LOST as error:
                log.warning("revocations.not_heard", error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(ROUND_S)

    async def _read(self, read: ReadRevoked) -> None:
        began = time.monotonic()
        back_s = min(began - self._confirmed_at + OVERLAP_S, KEPT_S)
        for session_id in await read(back_s):
            self._revoked.setdefault(session_id, began)
        self._confirmed_at = began
        # Noted in the order of time: the oldest stand first.
        while self._revoked and began - (oldest := next(iter(self._revoked.items())))[1] > KEPT_S:
            del self._revoked[oldest[0]]

    def _heard_of(self, session_id: UUID) -> None:
        self._revoked[session_id] = time.monotonic()
