"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.contracts.audit.api import Origin
from wayfare.kernel.signing_key import SigningKey
from wayfare.services.audit.domain.checkpoint import Checkpoint
from wayfare.services.audit.domain.entry import Draft, Entry


class Followed(msgspec.Struct, frozen=True):
    """How far a service's events have been recorded: moves from `after` to `to` with the rows that record them."""

    service: str
    after: str
    to: str


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """All that is given has to fit. Times in microseconds: `since` included, `until` not."""

    actor: str | None = None
    object: str | None = None
    action: str | None = None
    correlation_id: str | None = None
    words: tuple[str, ...] = ()
    since_us: int | None = None
    until_us: int | None = None
    before_seq: int | None = None
    limit: int = 100


class Found(msgspec.Struct, frozen=True):
    """A row with its personal values; None where they were erased or cannot be read with this key."""

    entry: Entry
    personal: dict[str, Any] | None


class StoredEvent(msgspec.Struct, frozen=True):
    """An event of a service, and the position behind it."""

    type: str
    time: str  # RFC 3339
    data: dict[str, Any]
    position: str


class LogReader(Protocol):
    """One state of the log, however it grows meanwhile."""

    def checkpoints(self) -> AsyncIterator[Checkpoint]:
        """By number."""

    def entries(self) -> AsyncIterator[Entry]:
        """By number."""

    async def unguarded(self) -> Sequence[str]:
        """The tables that rows could be altered in: their triggers are gone or disabled."""


class Log(Protocol):
    async def append(self, drafts: Sequence[Draft], followed: Followed | None = None) -> tuple[int, int] | None:
        """Chains and writes rows in one transaction; the numbers of the first and the last.

        None, and nothing written, when somebody else has followed the service's events beyond `followed.after`.
        """

    async def position(self, service: str) -> str: ...

    async def add_checkpoint(self, key: SigningKey) -> Checkpoint | None:
        """Signs what has been added since the last one; None when nothing was."""

    async def forget(self, person: str) -> bool:
        """Destroys the key of a person; False when there is none any more."""

    async def search(self, query: Query) -> Sequence[Found]:
        """The newest first."""

    def read(self) -> AbstractAsyncContextManager[LogReader]: ...


class Origins(Protocol):
    async def note(self, origins: Sequence[Origin]) -> None: ...

    async def forget_old(self) -> None: ...


class EventSource(Protocol):
    """The outbox of a service."""

    @property
    def service(self) -> str: ...

    async def read(self, position: str, limit: int) -> Sequence[StoredEvent]: ...


class Keys(Protocol):
    def current(self) -> SigningKey: ...

    def public_keys(self) -> Mapping[str, Ed25519PublicKey]: ...


class KeptCheckpoint(Protocol):
    """The last checkpoint, kept outside the database."""

    def find(self) -> Checkpoint | None: ...

    def keep(self, checkpoint: Checkpoint) -> None: ...
