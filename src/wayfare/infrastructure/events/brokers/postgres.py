"""PostgreSQL itself: a consumer reads the outbox of the service that speaks, from its own position."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from wayfare.infrastructure.events.broker import Taken
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.events.outbox import START, Outbox
from wayfare.kernel.errors import ConfigurationError

PAUSE_S = 0.1


class PostgresBroker:
    """Nothing is copied and nothing is lost: the outbox is the log."""

    relays = False

    def __init__(self, outboxes: Sequence[Outbox]) -> None:
        self._outboxes = {outbox.topic: outbox for outbox in outboxes}

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """They are in the outbox already."""

    async def subscribe(self, topic: str, consumer: str, position: str) -> OutboxSubscription:
        outbox = self._outboxes.get(topic)
        if outbox is None:
            raise ConfigurationError(f"{consumer} wants {topic}, which no outbox within reach has")
        return OutboxSubscription(outbox, position or START)

    async def aclose(self) -> None:
        return None


class OutboxSubscription:
    def __init__(self, outbox: Outbox, position: str) -> None:
        self._outbox, self._position = outbox, position

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        stop = asyncio.get_running_loop().time() + wait_s
        while True:
            stored = await self._outbox.read(self._position, limit)
            if stored.events:
                return Taken(stored.events, stored.position)
            if asyncio.get_running_loop().time() >= stop:
                return None
            await asyncio.sleep(PAUSE_S)

    async def done(self, taken: Taken) -> None:
        self._position = taken.position

    async def aclose(self) -> None:
        return None
