"""Load the demonstration network, or bring it up to a later day."""

from __future__ import annotations

import asyncio
import csv
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from wayfare.contracts.catalogue.layout import LayoutRule
from wayfare.kernel.time import Clock, utc
from wayfare.services.catalogue.application.import_feed import ImportFeed, no_progress
from wayfare.services.catalogue.application.import_layouts import ImportLayouts
from wayfare.services.catalogue.application.import_links import ImportLinks
from wayfare.services.catalogue.application.import_tariffs import ImportTariffs
from wayfare.services.catalogue.application.report import ImportReport
from wayfare.services.catalogue.domain.gtfs.reader import Progress

SOURCE = "demo"
DAYS = 121


class BuildFeeds(Protocol):
    def __call__(self, folder: Path, first_day: date, days: int = DAYS) -> Sequence[Path]: ...


class DemoReport(msgspec.Struct, frozen=True):
    feeds: tuple[ImportReport, ...]
    changed: bool
    generation: int


class LoadDemo:
    """Imports the demonstration feeds for the days from today on, with their layouts, tariffs and links.

    Loading again on the same day changes nothing; on a later day it extends the calendars, and what is sold stays
    valid.
    """

    def __init__(
        self,
        import_feed: ImportFeed,
        import_layouts: ImportLayouts,
        import_tariffs: ImportTariffs,
        import_links: ImportLinks,
        build_feeds: BuildFeeds,
        folder: Path,
        clock: Clock,
    ) -> None:
        """`folder` holds tariffs.toml, layout_assignments.csv and links.csv."""
        self._import_feed = import_feed
        self._import_layouts = import_layouts
        self._import_tariffs = import_tariffs
        self._import_links = import_links
        self._build_feeds = build_feeds
        self._folder = folder
        self._clock = clock

    async def __call__(
        self, first_day: date | None = None, days: int = DAYS, *, progress: Progress = no_progress
    ) -> DemoReport:
        """`first_day`: today by the clock, in UTC, unless given."""
        first_day = first_day or utc(self._clock.now_s()).date()
        rules = read_assignments((self._folder / "layout_assignments.csv").read_text(encoding="utf-8"))
        layouts = await self._import_layouts.apply(SOURCE, (), rules)
        tariffs = await self._import_tariffs(self._folder / "tariffs.toml", SOURCE)
        reports: list[ImportReport] = []
        with tempfile.TemporaryDirectory(prefix="wayfare-demo-") as folder:
            paths = await asyncio.to_thread(self._build_feeds, Path(folder), first_day, days)
            for path in paths:
                reports.append(await self._import_feed(path, progress=progress))
        before = reports[-1].generation if reports else tariffs.generation
        generation = await self._import_links(self._folder / "links.csv", SOURCE)
        changed = layouts.changed or tariffs.changed or any(report.changed for report in reports)
        return DemoReport(tuple(reports), changed or generation != before, generation)


def read_assignments(text: str) -> list[LayoutRule]:
    """Layout rules from CSV with feed_id, route_id, trip_id and layout_code; an empty cell matches anything."""
    return [
        LayoutRule(
            row["layout_code"],
            feed=row["feed_id"] or None,
            line=row["route_id"] or None,
            service=row["trip_id"] or None,
        )
        for row in csv.DictReader(text.splitlines())
    ]
