"""Reading a whole feed: from its tables to the catalogue's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec
import numpy as np

from wayfare.services.catalogue.domain.feed import Alias, Feed, Footpath, Shape
from wayfare.services.catalogue.domain.gtfs import columns
from wayfare.services.catalogue.domain.gtfs.calls import read_calls, settle_times
from wayfare.services.catalogue.domain.gtfs.days import Days, read_days
from wayfare.services.catalogue.domain.gtfs.extras import read_aliases, read_fares, read_footpaths, read_shapes
from wayfare.services.catalogue.domain.gtfs.places import read_feed_info, read_lines, read_operators, read_places
from wayfare.services.catalogue.domain.gtfs.services import Trips, make_services, read_frequencies, read_trips
from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import BrokenTable, Table, Tables

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""

STEPS = 9
SERVICES_MAX = 2_000_000


class ReadFeed(msgspec.Struct, frozen=True):
    """How much one feed may hold."""

    services_max: int = SERVICES_MAX


class FeedReader:
    """Reads one feed. `read` raises `ImportRefused` with everything that makes it unusable."""

    def __init__(
        self, tables: Tables, issues: IssueLog, progress: Progress, services_max: int = SERVICES_MAX
    ) -> None:
        self._tables = tables
        self._issues = issues
        self._errors = ErrorLog()
        self._progress = progress
        self._services_max = services_max
        self._rows: dict[str, int] = {}
        self._done = 0

    def read(self, feed_id: str) -> Feed:
        required = self._required()
        self._errors.raise_if_any(feed_id)
        try:
            feed = self._read(feed_id, required)
        except BrokenTable as broken:
            self._errors.add(broken.file, broken.line, broken.reason)
            self._errors.raise_if_any(feed_id)
            raise
        self._errors.raise_if_any(feed_id)
        return feed

    def _required(self) -> dict[str, Table]:
        """The tables no feed is without, their columns checked; errors are collected over all of them."""
        found: dict[str, Table] = {}
        for name in self._tables.names():
            try:
                table = self._tables.find(name)
            except BrokenTable as broken:
                self._errors.add(broken.file, broken.line, broken.reason)
                continue
            if table is not None:
                found[name] = table
                columns.check(table, self._issues, self._errors)
            elif name in columns.REQUIRED_FILES:
                self._errors.add(name, 0, "the file is empty")
        for name in columns.REQUIRED_FILES:
            if name not in self._tables.names():
                self._errors.add(name, 0, "the file is missing")
        if not {"calendar.txt", "calendar_dates.txt"} & found.keys():
            self._errors.add("calendar.txt", 0, "neither calendar.txt nor calendar_dates.txt is there")
        for name in sorted(found.keys() - columns.KNOWN_FILES):
            self._issues.add(name, 0, "unknown file: not used")
        return found

    def _read(self, feed_id: str, tables: dict[str, Table]) -> Feed:
        self._step("operators and places")
        operators = read_operators(tables["agency.txt"], self._issues, self._errors)
        self._errors.raise_if_any(feed_id)
        self._rows["agency.txt"] = len(operators)
        places = read_places(tables["stops.txt"], operators[0].tz, self._issues)
        self._rows["stops.txt"] = places.rows
        lines = read_lines(tables["routes.txt"], operators, self._issues)
        publisher, language, version = (
            read_feed_info(tables["feed_info.txt"]) if "feed_info.txt" in tables else ("", "", "")
        )
        self._step("calendars")
        days, rows = read_days(tables.get("calendar.txt"), tables.get("calendar_dates.txt"), self._issues)
        self._rows |= rows
        self._step("trips")
        trips = read_trips(tables["trips.txt"], lines, days, self._issues)
        self._rows["trips.txt"] = trips.rows
        shapes = self._shapes(tables, trips)
        feed = Feed(
            feed_id, version, publisher, language or operators[0].language, operators, places.places, lines, days.calendars,
            self._services(tables, trips, lines, places, shapes),
        )  # fmt: skip
        feed.shapes = list(shapes.values())
        self._extras(tables, feed)
        feed.rows_read = dict(sorted(self._rows.items()))
        return feed
