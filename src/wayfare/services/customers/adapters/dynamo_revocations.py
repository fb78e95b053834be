"""Revocations in DynamoDB: an item for each, in the partition of the minute in which it was made.

So what is new is read with a few queries, and whether one session was revoked is asked with one request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from wayfare.infrastructure.dynamo import Dynamo, Item, Table, number, text
from wayfare.services.customers.adapters.revocations import KEPT_S, OVERLAP_S, ReadRevoked

REVOCATIONS = Table("revocations", ("minute", "session_id"), {})
_MINUTE_S = 60


class DynamoRevocationList:
    """Implements `RevocationList`. Nobody is called: what others revoke is known by the next reading."""

    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    @asynccontextmanager
    async def follow(self, heard: Callable[[UUID], None]) -> AsyncIterator[ReadRevoked]:  # noqa: ARG002  see above
        yield self._read

    async def has(self, session_id: UUID) -> bool:
        keys = [_key(minute, session_id) for minute in _minutes(KEPT_S)]
        return await self._dynamo.has_any(REVOCATIONS, keys)

    async def _read(self, back_s: float) -> Sequence[UUID]:
        found = await asyncio.gather(*(self._of(minute) for minute in _minutes(back_s)))
        return [session_id for some in found for session_id in some]

    async def _of(self, minute: str) -> list[UUID]:
        items = self._dynamo.query(
            REVOCATIONS,
            KeyConditionExpression="#minute = :minute",
            ExpressionAttributeNames={"#minute": "minute"},
            ExpressionAttributeValues={":minute": text(minute)},
        )
        return [UUID(item["session_id"]["S"]) async for item in items]


def revocation(session_id: UUID, at_s: float) -> Item:
    """The item of a session that is revoked at that Unix time."""
    return {**_key(_minute(at_s), session_id), "expires_s": number(int(at_s) + KEPT_S)}


def _key(minute: str, session_id: UUID) -> Item:
    return {"minute": text(minute), "session_id": text(session_id)}


def _minute(at_s: float) -> str:
    return str(int(at_s) // _MINUTE_S)


def _minutes(back_s: float) -> list[str]:
    """Those that a revocation of the last so many seconds may stand under, by a clock that is not quite ours."""
    now_s = time.time()
    return [str(minute) for minute in range(int(_minute(now_s - back_s)), int(_minute(now_s + OVERLAP_S)) + 1)]
