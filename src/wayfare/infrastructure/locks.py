"""Locks that PostgreSQL keeps: between processes, gone when the session that holds them ends."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from wayfare.infrastructure.database import Connection, Database, Session, close
from wayfare.kernel.errors import Unavailable

KNOWN_S = 1.0
"""Jobs come round several times a second: who leads them is asked once."""


def lock_key(name: str) -> int:
    """The advisory lock number of a name: 64 bits of its BLAKE2b digest, signed."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@asynccontextmanager
async def advisory_lock(connection: Session, name: str, *, timeout_s: float = 60.0) -> AsyncIterator[None]:
    """Holds the lock `name` for the session of `connection`; waits for it.

    Not for connections inside a transaction: the lock would outlive a rollback. Raises Unavailable after
    `timeout_s`.
    """
    key = lock_key(name)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    # Asking again and again, rather than waiting inside the server, keeps no snapshot open there:
    # CREATE INDEX CONCURRENTLY and DETACH … CONCURRENTLY of the holder would wait for it forever.
    pause = 0.01
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
        if loop.time() > deadline:
            raise Unavailable(f"another process holds the lock '{name}' for more than {timeout_s:.0f} s")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", key)


class LeaderLocks:
    """Who of many processes does a thing: locks held for as long as this process and its connection live.

    Leadership can pass on while a holder that lost its connection is still at work, so what a leader does has
    to be safe when two do it for a moment. Needs one connection; none through a pooler in transaction mode.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._refused_at: dict[str, float] = {}
        self._answered_at = 0.0
        self._busy = asyncio.Lock()

    async def hold(self, name: str) -> bool:
        """Whether this process holds the lock `name`, taking it when it is free, as it was known within a second.

        Raises Unavailable when the database cannot be reached.
        """
        async with self._busy:
            since = time.monotonic() - KNOWN_S
            if self._connection is None or self._connection.is_closed():
                self._held.clear()
                self._connection = await self._database.dedicated("leader")
            elif name in self._held and self._answered_at > since:
                return True
            elif self._refused_at.get(name, 0.0) > since:
                return False
            try:
                if name in self._held:
                    # A lock is only as good as its session.
                    await self._connection.fetchval("SELECT 1", timeout=5.0)
                    self._answered_at = time.monotonic()
                    return True
                taken = await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key(name), timeout=5.0)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._held.clear()
                self._connection.terminate()
                raise Unavailable("the connection that holds this process's locks was lost") from error
            self._answered_at = time.monotonic()
            if taken:
                self._held.add(name)
            else:
                self._refused_at[name] = self._answered_at
            return bool(taken)

    async def stop(self) -> None:
        """Gives every lock back."""
        async with self._busy:
            self._held.clear()
            connection, self._connection = self._connection, None
            if connection is not None:
                await close(connection)
