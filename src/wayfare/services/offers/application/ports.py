"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

import msgspec

from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.services.offers.domain.exchange import RateDay, Rates
from wayfare.services.offers.domain.quotes import Proposal


class PlaceMatch(msgspec.Struct, frozen=True):
    """A station somebody may have meant."""

    station: int
    score: float  # 0 … 100
    distance_m: int | None = None  # from the position asked about


class Places(Protocol):
    def get_place(self, text: str, field: str) -> int:
        """The station an id, a code or a name means. Raises `NotFound`, `AmbiguousPlace` naming `field`."""

    def find_places(self, query: str | None, near: tuple[float, float] | None, limit: int) -> Sequence[PlaceMatch]:
        """Stations by name, code or position, best first."""


class Edition(Protocol):
    """One generation of the timetable with everything derived from it."""

    @property
    def timetable(self) -> Timetable: ...
    @property
    def places(self) -> Places: ...
    @property
    def last_departure_s(self) -> int | None:
        """The instant of the last departure of all; None when there is none."""

    @property
    def last_arrival_s(self) -> int | None: ...
    async def find_proposals(
        self, origin: int, destination: int, day: int, max_transfers: int, modes: Collection[str] | None
    ) -> Sequence[Proposal]:
        """The trips of a date (day number) in order of leaving."""

    async def find_running_days(self, origin: int, within: range) -> Sequence[int]:
        """The day numbers of `within` with a departure from a station or one within a walk of it, in order."""

    async def find_dates_nearby(
        self,
        origin: int,
        destination: int,
        day: int,
        within: range,
        max_transfers: int,
        modes: Collection[str] | None,
    ) -> Sequence[date]:
        """The nearest dates of `within` (day numbers) that have a trip, in order; none when that is not known soon."""


class Editions(Protocol):
    async def get_current(self) -> Edition:
        """Raises `Unavailable` when nothing has been imported."""


class RateSource(Protocol):
    def get_rates(self) -> Rates:
        """The exchange rates to convert prices by at present."""


class RateFiles(Protocol):
    async def read(self, source: str) -> Sequence[RateDay]:
        """The days of a published file, at least one, in order. Raises NotFound, Unavailable, ImportRefused."""


class RateStore(Protocol):
    async def write(self, days: Sequence[RateDay]) -> int:
        """Add days, or correct them, in one transaction; how many are new or were changed. Raises Unavailable."""

    async def find_newest(self, today: date) -> RateDay | None:
        """The newest day that is not after `today`. Raises Unavailable."""
