"""What the use cases need of the database. Calls made at the same time are written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

from wayfare.contracts.inventory.api import ConfirmHold, Findings, Holder, ReleaseHold
from wayfare.contracts.waiting.api import SpendAdmission
from wayfare.services.inventory.domain.holds import HoldRecord, NewHold

Taken: TypeAlias = Sequence[tuple[int, int]]
"""(unit_no, mask of the sections that are taken) of one departure."""


class Released(NamedTuple):
    """A hold after a release, and the departures that got units back."""

    hold: HoldRecord
    departures: frozenset[int]


class Swept(NamedTuple):
    """What a sweep did: which departures got units back, and up to when holds have been looked at."""

    departures: frozenset[int]
    until: datetime  # database's clock
    complete: bool  # False: there are more from `until` on


class HoldStore(Protocol):
    async def place(self, hold: NewHold) -> HoldRecord | None:
        """None when it was written; the hold of an earlier time when the same request is repeated.

        Raises UnitLost, IdempotencyConflict, Unavailable.
        """

    async def find(self, hold_id: UUID) -> HoldRecord | None: ...

    async def confirm(self, message: ConfirmHold) -> HoldRecord:
        """Raises NotFound, HoldExpired, HoldUsed, Unavailable."""

    async def release(self, message: ReleaseHold) -> Released:
        """Raises NotFound, HoldUsed, Unavailable."""

    async def sweep(self, since: datetime) -> Swept:
        """Expire holds whose time ended at `since` or later."""

    async def find_overlooked(self) -> datetime | None:
        """When the time of the first hold ended that should have expired a minute ago or more."""

    async def read_taken(self, departure_id: int) -> Taken: ...

    async def find_sold(self, service_nos: Sequence[int], from_departure: int) -> list[int]: ...

    async def count_taken(self, first_day: int, days: int) -> dict[int, int]:
        """How many seat sections are held or sold, by the day number of their departures."""

    async def count_open(self) -> int:
        """Holds that are neither confirmed, released nor over."""

    async def forget_ended(self, before: datetime) -> int:
        """Delete holds that were released or expired and whose time was over before then; how many."""

    async def list_confirmed(self, after: UUID | None, limit: int) -> list[HoldRecord]: ...

    async def ensure_partitions(self, first_day: int, last_day: int) -> None:
        """Make the months of these day numbers ready for departures and holds."""

    async def check(self) -> Findings: ...


class Tally(Protocol):
    """Counts what happens, for whoever watches."""

    def placed(self) -> None: ...
    def replanned(self) -> None: ...
    def refused(self) -> None: ...
    def utilisation(self, ratios: Mapping[str, float]) -> None: ...
    def open_holds(self, count: int) -> None: ...


class HoldsElsewhere(Protocol):
    """What processes tell each other of the open holds of one customer, device or address (kind and name).

    None stands for a hold that is being placed. Raises Unavailable.
    """

    async def tell(self, holds: Mapping[tuple[str, str], Sequence[UUID | None]], ttl_s: int) -> None:
        """All that are open here; nobody minds them any more after `ttl_s`."""
        ...

    async def find(self, key: tuple[str, str]) -> Sequence[UUID | None]:
        """Those that were told by other processes; some may have been booked or let go since."""
        ...


class Door(Protocol):
    """The way past waiting rooms."""

    async def enter(self, departure_ids: Iterable[int], holder: Holder) -> Sequence[SpendAdmission]:
        """What was spent of the holder's admissions. Raises AdmissionNeeded, AdmissionRefused, Unavailable."""
        ...

    async def leave(self, spent: Sequence[SpendAdmission]) -> None:
        """It came to nothing: take it back."""
        ...
