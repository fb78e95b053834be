"""What operators do with events that could not be handled, and how a consumer is fed again from the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events import inbox_sql as sql
from wayfare.infrastructure.events.outbox import START, Outbox
from wayfare.infrastructure.locks import lock_key
from wayfare.kernel.errors import NotFound

REPLAY_BATCH = 1_000


class DeadLetter(msgspec.Struct, frozen=True):
    id: int
    consumer: str
    topic: str
    key: str
    type: str
    error: str
    attempts: int
    died_at: datetime
    event: str = ""  # the CloudEvent, where a single one is asked for


class DeadLetters:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def oldest(self, consumer: str | None, limit: int) -> Sequence[DeadLetter]:
        """At most `limit`."""
        return [DeadLetter(**dict(row)) for row in await self._database.fetch(sql.LIST_DEAD, consumer, limit)]

    async def get(self, number: int) -> DeadLetter:
        """Raises NotFound."""
        row = await self._database.fetchrow(sql.GET_DEAD, number)
        if row is None:
            raise NotFound(f"there is no dead letter {number}")
        return DeadLetter(**dict(row))

    async def among(self, numbers: Sequence[int]) -> Sequence[DeadLetter]:
        """Those of these numbers that are there."""
        return [DeadLetter(**dict(row)) for row in await self._database.fetch(sql.FIND_DEAD, list(numbers))]

    async def retry(self, numbers: Sequence[int]) -> int:
        """Put them back to be handled, behind what waits already; how many there were."""
        return len(await self._database.fetch(sql.REVIVE, list(numbers)))

    async def drop(self, numbers: Sequence[int]) -> int:
        """Give them up for good; how many there were."""
        return len(await self._database.fetch(sql.DROP_DEAD, list(numbers)))

    async def all_of(self, consumer: str | None) -> Sequence[int]:
        return [row[0] for row in await self._database.fetch(sql.ALL_DEAD, consumer)]


async def replay(
    database: Database, outboxes: Sequence[Outbox], consumer: str, topic: str | None, since: datetime | None
) -> int:
    """Queue every kept event of the consumer's topics once more, in order; how many.

    For rebuilding a consumer: its own tables are to be emptied before, or its handlers repeatable. What waits
    already is queued anew in its place. It does not matter how events are delivered: they come from the outbox.
    Raises NotFound for a consumer nobody has seen.
    """
    rows = await database.fetch(sql.TOPICS_OF, consumer)
    topics = {row[0] for row in rows} & ({topic} if topic else {row[0] for row in rows})
    if not topics:
        known = ", ".join(row[0] for row in await database.fetch(sql.CONSUMERS)) or "none"
        raise NotFound(f"no consumer {consumer!r} listens to {topic or 'anything'}; known consumers: {known}")
    count = 0
    async with database.transaction() as session:
        await session.execute(sql.LOCK, lock_key(f"consumer:{consumer}"))
        for outbox in outboxes:
            if outbox.topic not in topics:
                continue
            await session.execute(sql.EMPTY_WAITING, consumer, outbox.topic)
            position = START
            while (stored := await outbox.read(position, REPLAY_BATCH, since)).events:
                position = stored.position
                await session.execute(sql.MARK_RECEIVED, consumer, [event.identity for event in stored.events])
                keys = [event.partitionkey for event in stored.events]
                texts = [event.encode().decode() for event in stored.events]
                await session.execute(sql.QUEUE, consumer, outbox.topic, keys, texts)
                count += len(stored.events)
    return count
