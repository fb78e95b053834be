"""The catalogue with its real database, and a book of what is sold in place of inventory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from unit.catalogue.feeds import FeedBuilder
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.contracts.inventory.api import (
    CheckInventory,
    ConfirmHold,
    CountFree,
    FindHold,
    Findings,
    FindSold,
    FreeUnits,
    GetSeatMap,
    Hold,
    HoldsPage,
    ListHolds,
    PlaceHold,
    ReleaseHold,
    SeatMap,
    SoldDepartures,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import NotFound
from wayfare.kernel.ids import departure_day, departure_service, parse_departure
from wayfare.kernel.time import FixedClock
from wayfare.services.catalogue.adapters.feed_files import FeedLimits
from wayfare.services.catalogue.application.report import ImportReport
from wayfare.services.catalogue.wiring import make_use_cases

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

TABLES = (
    "feeds", "operators", "places", "place_names", "lines", "calendars", "services", "shapes", "footpaths", "links",
    "fares", "layouts", "layout_rules", "tariffs", "publications",
)  # fmt: skip


class SoldBook:
    """Knows what is sold, and nothing else of inventory. `on_question` runs after each answer."""

    def __init__(self) -> None:
        self.sold: set[int] = set()
        self.asked: list[FindSold] = []
        self.on_question: Callable[[], None] | None = None

    def sell(self, public_id: str) -> str:
        self.sold.add(parse_departure(public_id))
        return public_id

    async def find_sold(self, message: FindSold) -> SoldDepartures:
        self.asked.append(message)
        found = [
            departure
            for departure in self.sold
            if departure_service(departure) in message.service_nos and departure_day(departure) >= message.from_day
        ]
        if self.on_question is not None:
            self.on_question()
        return SoldDepartures(tuple(sorted(found)))

    async def place_hold(self, message: PlaceHold) -> Hold:
        raise NotFound

    async def get_hold(self, message: FindHold) -> Hold:
        raise NotFound

    async def confirm_hold(self, message: ConfirmHold) -> Hold:
        raise NotFound

    async def release_hold(self, message: ReleaseHold) -> Hold:
        raise NotFound

    async def count_free(self, message: CountFree) -> FreeUnits:
        return FreeUnits((), ())

    async def get_seat_map(self, message: GetSeatMap) -> SeatMap:
        raise NotFound

    async def list_confirmed(self, message: ListHolds) -> HoldsPage:
        return HoldsPage(())

    async def check(self, message: CheckInventory) -> Findings:
        return Findings(0, ())


class CatalogueWorld:
    def __init__(self, database: Database, folder: Path, inventory: SoldBook) -> None:
        self.database = database
        self.folder = folder
        self.inventory = inventory
        self.clock = FixedClock(NOW)
        self.timetables = TimetableStore(folder / "timetables")
        self.use = make_use_cases(
            database=database, timetables=self.timetables, inventory=inventory, clock=self.clock, settle_s=0.0
        )
        self._files = 0

    def limited(self, limits: FeedLimits) -> None:
        """From now on archives may hold no more than this."""
        self.use = make_use_cases(
            database=self.database,
            timetables=self.timetables,
            inventory=self.inventory,
            clock=self.clock,
            limits=limits,
            settle_s=0.0,
        )

    async def load(self, feed: FeedBuilder, feed_id: str = "f", *, force: bool = False) -> ImportReport:
        self._files += 1
        return await self.use.import_feed(feed.zip(self.folder / f"{self._files}.zip"), feed_id, force=force)

    @property
    def timetable(self) -> Timetable:
        return self.timetables.get_current()

    def index(self, ref: str) -> int:
        """The only service of that trip in the timetable."""
        (index,) = self.indexes(ref)
        return index

    def indexes(self, ref: str) -> list[int]:
        return [i for i, other in enumerate(self.timetable.service_ref) if other == ref]

    def number(self, ref: str) -> int:
        return int(self.timetable.service_no[self.index(ref)])

    def places(self, service: int) -> list[str]:
        start, end = self.timetable.call_start[service : service + 2]
        return [self.timetable.place_id[int(place)] for place in self.timetable.call_place[start:end]]

    def days(self, service: int) -> list[int]:
        timetable = self.timetable
        calendar = int(timetable.service_calendar[service])
        start, end = timetable.calendar_start[calendar : calendar + 2]
        first = int(timetable.calendar_first_day[calendar])
        return [first + i for i, runs in enumerate(timetable.calendar_runs[start:end].tolist()) if runs]

    async def rows(self) -> dict[str, tuple[int, str]]:
        """Every table's number of rows and a digest of all they hold."""
        found = {}
        for table in TABLES:
            digest = "coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
            row = await self.database.fetchrow(f"SELECT count(*), {digest} FROM catalogue.{table} t")
            found[table] = tuple(row) if row else (0, "")
        return found
