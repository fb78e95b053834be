"""Audit: who did what to which object, when and from where."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

Facts = dict[str, Any]
"""JSON-ready values."""


class WriteDone(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody changed something that no event tells of.

    `actor` is "kind:id": "operator:alice", "guest:K7M2QX", "system:payments". `object` too: "feed:sncb".
    `before` and `after` hold nothing personal. What is personal, the addresses it came from among it, goes into
    `personal`: that is kept encrypted under a key of `person`, and can be erased.
    """

    actor: str
    action: str  # "timetable.imported"
    object: str
    before: Facts | None = None
    after: Facts | None = None
    person: str | None = None  # named like an actor; needed where `personal` is given
    personal: Facts = {}
    correlation_id: str = ""


class RecordWrites(msgspec.Struct, frozen=True):
    writes: tuple[WriteDone, ...]


class Recorded(msgspec.Struct, frozen=True):
    """Row numbers of the first and the last; both 0 where nothing was to be recorded."""

    first: int
    last: int


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """Where a request came from: the network address of the other side, as the process that answers sees it."""

    correlation_id: str
    address: str


class NoteOrigins(msgspec.Struct, frozen=True):
    origins: tuple[Origin, ...]


class Noted(msgspec.Struct, frozen=True):
    count: int


class AuditApi(Protocol):
    async def record(self, message: RecordWrites) -> Recorded:
        """On disk and in the chain when it returns. Raises ValidationFailed, Unavailable."""

    async def note_origins(self, message: NoteOrigins) -> Noted:
        """Keeps where requests came from for a day, for the events that follow from them. Raises Unavailable."""
