"""Reads that may be a little old, from a streaming replica while it is known to be recent enough.

Once a second the primary is asked how far its log has come, and the replica how far it has replayed it. The newest
position of the primary that the replica has passed says of when its data is at least: no clocks are compared, an idle
primary is not taken for a lagging replica, and a replica that is cut off is seen to grow old. What is older than the
limit, away or hanging is not read from; nobody notices but the metrics.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wayfare.infrastructure.access import CALLER
from wayfare.infrastructure.database import Connection, Database, Row, connect
from wayfare.infrastructure.metrics import Counter, Gauge
from wayfare.kernel.errors import WayfareError

log = structlog.get_logger()

EVERY_S = 1.0
ANSWER_S = 2.0
"""How long the replica may take for an answer; then the primary is asked instead."""
POSITIONS_MAX = 600
WRITERS_MAX = 100_000
# Up to what was inserted: a commit that does not wait for the disk is not written yet. Right behind the header of a new
# page or segment nothing has been inserted that could be replayed: the last record ended where the page before does.
PRIMARY_POSITION = """
SELECT l.position - CASE WHEN l.position % pg_size_bytes(current_setting('wal_segment_size')) = 40 THEN 40
                         WHEN l.position % current_setting('wal_block_size')::int = 24 THEN 24 ELSE 0 END
FROM (SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS position) AS l
"""
# Null where nothing is replayed: that is no replica.
REPLICA_POSITION = "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END"
AGE = Gauge("wayfare_replica_age_seconds", "How old the replica's data is at most.", multiprocess_mode="livemax")
READS = Counter("wayfare_replica_reads", "Reads that may go to the replica, by why they went where.", ["went"])
_READS_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
# The last one is asyncpg's, for a connection that is cut between two messages.
_FAILED = (
    *(WayfareError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
    AttributeError,
)


class Replica:
    """A streaming replica of `primary` as seen by one process. `limit_s`: how old its data may be."""

    def __init__(self, url: str, primary: Database, *, pool_size: int, limit_s: float) -> None:
        self.database = Database(
            url,
            pool_size=pool_size,
            application_name="wayfare/replica",
            connect_timeout_s=ANSWER_S,
            acquire_timeout_s=ANSWER_S,
            statement_timeout_s=ANSWER_S,
        )
        self._primary, self._limit_s = primary, limit_s
        self._positions: deque[tuple[float, int]] = deque(maxlen=POSITIONS_MAX)
        self._as_of = -float("inf")
        self._connection: Connection | None = None
        self._in_use: bool | None = None
        self._wrote: dict[UUID, float] = {}
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """It need not be there."""
        self._watch = asyncio.create_task(self._run(), name="replica")

    async def stop(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        self._drop()
        await self.database.stop()

    @property
    def is_recent(self) -> bool:
        """Whether its data is as of a moment within the limit."""
        return time.monotonic() - self._as_of <= self._limit_s

    def note_write(self, reader: UUID) -> None:
        """They have just written, by this process: until the replica must have it, they read the primary."""
        self._wrote.pop(reader, None)
        self._wrote[reader] = time.monotonic()
        if len(self._wrote) > WRITERS_MAX:
            del self._wrote[next(iter(self._wrote))]

    def has_written(self, reader: UUID) -> bool:
        """Within the limit: what is older than that, a recent replica has."""
        return time.monotonic() - self._wrote.get(reader, -float("inf")) <= self._limit_s

    async def give_up(self, reason: str) -> None:
        """It failed: leave it alone until it is measured again, and let nobody wait for it."""
        self._as_of = -float("inf")
        self._note_use(reason)
        self._drop()
        await self.database.cut()

    async def measure(self) -> None:
        """One round: of when is its data?"""
        try:
            asked_at, position = time.monotonic(), await self._primary.fetchval(PRIMARY_POSITION)
        except _FAILED:
            return  # with the primary away there is nothing to compare with; what is known grows old
        self._positions.append((asked_at, position))
        try:
            async with asyncio.timeout(ANSWER_S):
                replayed = await self._replayed()
        except _FAILED as error:  # a time-out is an OSError
            await self.give_up(f"{type(error).__name__}: {error}")
            return
        while self._positions and self._positions[0][1] <= replayed:
            self._as_of = self._positions.popleft()[0]
        AGE.set(time.monotonic() - self._as_of)
        self._note_use("too old")
        old = time.monotonic() - self._limit_s
        while self._wrote and next(iter(self._wrote.values())) < old:
            del self._wrote[next(iter(self._wrote))]

    async def _replayed(self) -> int:
        """Raises what the replica does, and when it is none."""
        await self.database.start()
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self.database.dsn, connect_timeout_s=ANSWER_S)
        replayed = await self._connection.fetchval(REPLICA_POSITION)
        if replayed is None:
            raise asyncpg.InterfaceError("this is no replica: it replays nothing")
        found: int = replayed
        return found

    async def _run(self) -> None:
        while True:
            try:
                await self.measure()
            except Exception:  # without measuring, nobody would ever read from it again
                log.exception("replica.not_measured")
            await asyncio.sleep(EVERY_S)

    def _note_use(self, reason: str) -> None:
        in_use = self.is_recent
        if in_use != self._in_use:
            self._in_use = in_use
            log.info("replica.in_use") if in_use else log.warning("replica.not_in_use", reason=reason)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


class Reads:
    """Statements that may see what was true a little while ago; without a replica, the primary's."""

    def __init__(self, primary: Database, replica: Replica | None = None) -> None:
        self._primary, self._replica = primary, replica

    async def fetch(self, reader: UUID | None, query: str, *args: Any) -> list[Row]:
        """`reader`: on whose behalf, so that they see what they wrote; None: nobody knows, the primary is asked."""
        rows = await self._from_replica(reader, query, args)
        return await self._primary.fetch(query, *args) if rows is None else rows

    async def fetchrow(self, reader: UUID | None, query: str, *args: Any) -> Row | None:
        """What the replica has not, the primary may have by now."""
        rows = await self._from_replica(reader, query, args)
        return rows[0] if rows else await self._primary.fetchrow(query, *args)

    async def _from_replica(self, reader: UUID | None, query: str, args: tuple[Any, ...]) -> list[Row] | None:
        """None: the primary is to be asked."""
        replica = self._replica
        if replica is None:
            return None
        if reader is None or replica.has_written(reader):
            READS.labels("primary: may have written").inc()
            return None
        if not replica.is_recent:
            READS.labels("primary: replica not recent").inc()
            return None
        try:
            async with asyncio.timeout(ANSWER_S):
                rows = await replica.database.fetch(query, *args)
        except _FAILED as error:
            READS.labels("primary: replica failed").inc()
            if not isinstance(error, asyncpg.SerializationError):  # replaying goes before reading; it is well
                await replica.give_up(f"{type(error).__name__}: {error}")
            return None
        READS.labels("replica").inc()
        return rows


def noting_writes(app: ASGIApp, replica: Replica) -> ASGIApp:
    """`app`, with `replica` told who writes, before they have their answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _READS_ONLY:
            await app(scope, receive, send)
            return

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and CALLER in scope:
                replica.note_write(scope[CALLER].customer_id)
            await send(message)

        await app(scope, receive, note)

    return answer
