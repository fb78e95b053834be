"""What the use cases need of the world outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.layout import Layout, LayoutRule
from wayfare.services.catalogue.domain.calendars import Calendar
from wayfare.services.catalogue.domain.feed import Feed
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.reconcile import Known
from wayfare.services.catalogue.domain.snapshot import SnapshotRows
from wayfare.services.catalogue.domain.tables import Tables


class FeedSource(Tables, Protocol):
    """An opened feed."""

    def digest(self) -> str: ...


OpenFeed = Callable[[Path, IssueLog], AbstractContextManager[FeedSource]]
"""Opens a zip archive or folder. Raises `ImportRefused`."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service as it is to stand in the database. `index` is its position in Feed.services."""

    index: int
    service_no: int
    calendar: Calendar
    layout: str | None
    status: int
    places_key: bytes
    times_key: bytes
    content_key: bytes


@dataclass(slots=True)
class FeedChanges:
    """What an import writes, in one transaction."""

    feed: Feed
    digest: str
    place_nos: dict[str, int]
    services: list[ServiceRow] = field(default_factory=list)  # new or different from the row there is
    retired: dict[int, Calendar] = field(default_factory=dict)
    withdrawn: list[int] = field(default_factory=list)
    day: int = 0
    now_s: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    rows_changed: int
    generation: int  # the current one; a new one when rows changed


@dataclass(frozen=True, slots=True)
class LayoutBook:
    """The layouts and rules in force, least specific sources first."""

    layouts: tuple[Layout, ...]
    rules: tuple[LayoutRule, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A service and what rules look at."""

    service_no: int
    feed: str
    operator: str
    line: str
    ref: str
    number: str
    mode: int
    layout: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A walk between two places of any feeds, valid in both directions."""

    from_feed: str
    from_stop: str
    to_feed: str
    to_stop: str
    seconds: int


class CatalogueSession(Protocol):
    """The catalogue's tables, held by this process alone until the block ends."""

    async def find_digest(self, feed_id: str) -> str | None: ...

    async def generation(self) -> int: ...

    async def known_services(self, feed_id: str) -> list[Known]: ...

    async def place_numbers(self, feed_id: str, stop_ids: Sequence[str]) -> dict[str, int]:
        """The number of every place, new ones included."""

    async def new_service_numbers(self, count: int) -> list[int]: ...

    async def write_feed(self, changes: FeedChanges) -> Written: ...

    async def layout_book(self) -> LayoutBook:
        """The layouts and rules in force; the product's own are put in place where they are missing."""

    async def rules_of_others(self, source: str) -> list[tuple[str, LayoutRule]]:
        """The rules of all other sources, each with its source."""

    async def assignments(self) -> list[Assignment]: ...

    async def write_layouts(
        self,
        source: str,
        layouts: Sequence[Layout],
        rules: Sequence[LayoutRule],
        changes: dict[int, str | None],
        now_s: int,
    ) -> Written:
        """Write a file's layouts and rules, and the new layout of each service in `changes`."""

    async def write_tariffs(self, source: str, tariffs: Sequence[Tariff], now_s: int) -> Written: ...

    async def write_links(self, source: str, links: Sequence[Link], now_s: int) -> Written: ...

    async def snapshot_rows(self) -> SnapshotRows: ...


class CatalogueStore(Protocol):
    async def generation(self) -> int:
        """The generation of the timetable the database holds; 0 when it is empty."""

    def exclusive(self) -> AbstractAsyncContextManager[CatalogueSession]:
        """Imports and publications wait for each other. Raises `Unavailable` when it takes too long."""
