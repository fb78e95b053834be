"""Shared buckets in an unlogged table of PostgreSQL: nothing is written ahead, and a crash empties it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import asyncpg

from wayfare.gateway.limits.store import Draw
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import Unavailable

_TAKE = """
    INSERT INTO gateway.bucket AS b (key, full_at)
    VALUES ($1, statement_timestamp() + make_interval(secs => $2))
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(b.full_at, statement_timestamp()) + make_interval(secs => $2)
    WHERE greatest(b.full_at, statement_timestamp()) + make_interval(secs => $2)
        <= statement_timestamp() + make_interval(secs => $3)
    RETURNING extract(epoch FROM full_at - statement_timestamp())::float8
"""
_FILL = "SELECT extract(epoch FROM full_at - statement_timestamp())::float8 FROM gateway.bucket WHERE key = $1"
_ADD = """
    INSERT INTO gateway.bucket AS b (key, full_at)
    SELECT key, statement_timestamp() + make_interval(secs => cost_s)
    FROM unnest($1::text[], $2::float8[]) AS draw (key, cost_s) ORDER BY key
    ON CONFLICT (key) DO UPDATE
    SET full_at = greatest(b.full_at, statement_timestamp()) + (excluded.full_at - statement_timestamp())
    RETURNING key, extract(epoch FROM full_at - statement_timestamp())::float8
"""
_TIDY = """
    DELETE FROM gateway.bucket WHERE key IN (
        SELECT key FROM gateway.bucket WHERE full_at < statement_timestamp() FOR UPDATE SKIP LOCKED)
"""


class PostgresStore:
    """Implements `BucketStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, draw: Draw) -> tuple[bool, float]:
        with _refusals():
            fill_s = await self._database.fetchval(_TAKE, draw.key, draw.cost_s, draw.depth_s)
            if fill_s is not None:
                return True, max(0.0, fill_s)
            return False, max(0.0, await self._database.fetchval(_FILL, draw.key) or 0.0)

    async def add(self, draws: Sequence[Draw]) -> Sequence[float]:
        with _refusals():
            rows = await self._database.fetch(_ADD, [draw.key for draw in draws], [draw.cost_s for draw in draws])
        filled = dict(rows)
        return [max(0.0, filled[draw.key]) for draw in draws]

    async def tidy(self) -> None:
        with _refusals():
            await self._database.execute(_TIDY)

    async def aclose(self) -> None:
        """The database is its owner's."""


@contextmanager
def _refusals() -> Iterator[None]:
    """Whatever the server refuses: nobody is turned away for it."""
    try:
        yield
    except asyncpg.PostgresError as error:
        raise Unavailable(f"the shared buckets: {error}") from error
