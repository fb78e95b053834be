"""The relay: carries a service's outbox to the broker, in order, at least once."""

from __future__ import annotations

import structlog

from wayfare.infrastructure import tracing
from wayfare.infrastructure.events.broker import Broker
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.metrics import Counter

log = structlog.get_logger()

BATCH_MAX = 500
ROUNDS_MAX = 200
RELAYED = Counter("wayfare_events_relayed", "Events given to the broker", ["topic"])


class Relay:
    """One round: everything that waits. The cursor moves only after the broker has confirmed.

    A relay that dies in between publishes its last batch again; consumers know an event by its identity. Two relays
    at once publish the same prefix, so the first copy of each event still comes in order.
    """

    def __init__(self, outbox: Outbox, broker: Broker) -> None:
        self._outbox, self._broker = outbox, broker

    async def __call__(self) -> None:
        """Raises Unavailable or what the broker's client raises; the job tries again with growing pauses."""
        for _ in range(ROUNDS_MAX):
            stored = await self._outbox.read(await self._outbox.relayed(), BATCH_MAX)
            if not stored.events:
                return
            with tracing.publishing(self._outbox.topic, stored.events) as events:
                await self._broker.publish(self._outbox.topic, events)
            await self._outbox.note_relayed(stored.position)
            RELAYED.labels(self._outbox.topic).inc(len(stored.events))
            log.debug("events.relayed", topic=self._outbox.topic, count=len(stored.events))
