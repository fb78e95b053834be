"""Redis Streams (Redis 5 or later, Valkey): one stream per topic, read by position.

`redis://host:6379/0?maxlen=1000000`: about how many events a stream keeps. `rediss://` and its files are those of
`infrastructure/redis.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from redis.exceptions import RedisError

from wayfare.infrastructure.events.broker import Taken, readable
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.redis import open_redis
from wayfare.kernel.errors import Unavailable

MAXLEN = 1_000_000
_FIELD = b"event"


class RedisBroker:
    relays = True

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self._maxlen = int(options.pop("maxlen", [str(MAXLEN)])[0])
        address = urlunsplit(parts._replace(query=urlencode(options, doseq=True)))
        self._redis: Any = open_redis(address, patience_s=30)

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """One MULTI: all or none, in order. Raises Unavailable."""
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                for event in events:
                    pipe.xadd(_stream(topic), {_FIELD: event.encode()}, maxlen=self._maxlen, approximate=True)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise Unavailable(f"Redis does not take events: {error}") from error

    async def subscribe(self, topic: str, consumer: str, position: str) -> StreamSubscription:  # noqa: ARG002
        return StreamSubscription(self._redis, topic, position or "0-0")

    async def aclose(self) -> None:
        await self._redis.aclose()


class StreamSubscription:
    """Reads without a consumer group: one process reads, and its position stands in its own database."""

    def __init__(self, redis: Any, topic: str, position: str) -> None:
        self._redis, self._topic, self._position = redis, topic, position

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """Raises Unavailable."""
        try:
            found = await self._redis.xread(
                {_stream(self._topic): self._position}, count=limit, block=max(1, int(wait_s * 1000))
            )
        except (RedisError, OSError) as error:
            raise Unavailable(f"Redis does not give events: {error}") from error
        # RESP2 gives pairs, RESP3 a mapping with the entries one level deeper.
        streams = list(found.values()) if isinstance(found, dict) else [entries for _, entries in found or ()]
        entries = streams[0] if streams else []
        if len(entries) == 1 and isinstance(entries[0], list):
            entries = entries[0]
        if not entries:
            return None
        return Taken(readable(self._topic, (fields[_FIELD] for _, fields in entries)), entries[-1][0].decode())

    async def done(self, taken: Taken) -> None:
        self._position = taken.position

    async def aclose(self) -> None:
        return None


def _stream(topic: str) -> str:
    return f"wayfare:{topic}"
