"""Open holds of those who have many, told by each process to all, in an unlogged table of PostgreSQL."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import Unavailable

TIDY_EVERY = 500
"""So many times something is told, once what is over is removed."""
_TELL = """
    INSERT INTO gateway.open_holds (key, process, holds, until)
    VALUES ($1, $2, $3, now() + make_interval(secs => $4))
    ON CONFLICT (key, process) DO UPDATE SET holds = excluded.holds, until = excluded.until
"""
_OTHERS = "SELECT holds FROM gateway.open_holds WHERE key = $1 AND process <> $2 AND until > now()"
_TIDY = """
    DELETE FROM gateway.open_holds WHERE (key, process) IN (
        SELECT key, process FROM gateway.open_holds WHERE until < now() FOR UPDATE SKIP LOCKED)
"""


class OpenHolds:
    """Implements the port `HoldsElsewhere` of inventory, for one process."""

    def __init__(self, database: Database, secret: bytes) -> None:
        """`secret`: keys the digests by which customers, devices and addresses stand in the table."""
        self._database, self._secret = database, secret[:64]
        self._process = uuid.uuid4()
        self._told = itertools.count(1)

    async def tell(self, holds: Mapping[tuple[str, str], Sequence[UUID | None]], ttl_s: int) -> None:
        try:
            for key, listed in sorted(holds.items()):
                await self._database.execute(_TELL, self._digest(key), self._process, list(listed), float(ttl_s))
            if next(self._told) % TIDY_EVERY == 0:
                await self._database.execute(_TIDY)
        except asyncpg.PostgresError as error:
            raise Unavailable(f"the shared holds: {error}") from error

    async def find(self, key: tuple[str, str]) -> Sequence[UUID | None]:
        try:
            rows = await self._database.fetch(_OTHERS, self._digest(key), self._process)
        except asyncpg.PostgresError as error:
            raise Unavailable(f"the shared holds: {error}") from error
        return [hold_id for row in rows for hold_id in row["holds"]]

    def _digest(self, key: tuple[str, str]) -> str:
        return hashlib.blake2b(":".join(key).encode(), key=self._secret, digest_size=16).hexdigest()
