"""The events of a service, read from its outbox itself: no broker stands between what happened and the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from wayfare.infrastructure.events.outbox import START, Outbox
from wayfare.services.audit.application.ports import StoredEvent

_DECODE = msgspec.json.Decoder(dict[str, Any]).decode


class OutboxSource:
    """Implements the port `EventSource`."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    @property
    def service(self) -> str:
        return self._outbox.schema

    async def read(self, position: str, limit: int) -> Sequence[StoredEvent]:
        stored = await self._outbox.read(position or START, limit)
        return [
            StoredEvent(event.type, event.time, _DECODE(event.data), _position(event.sequence))
            for event in stored.events
        ]


def _position(sequence: str) -> str:
    """An event's sequence is its position in the outbox, padded."""
    xid, number = sequence.split("-")
    return f"{int(xid)}-{int(number)}"
