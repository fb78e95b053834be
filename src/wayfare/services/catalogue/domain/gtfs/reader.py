"""Reading a whole feed: from its tables to the catalogue's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from wayfare.services.catalogue.domain.feed import Feed, Line, Place, Services, Shape
from wayfare.services.catalogue.domain.gtfs import columns
from wayfare.services.catalogue.domain.gtfs.calls import read_calls, settle_times
from wayfare.services.catalogue.domain.gtfs.days import read_days
from wayfare.services.catalogue.domain.gtfs.extras import read_aliases, read_fares, read_footpaths, read_shapes
from wayfare.services.catalogue.domain.gtfs.places import read_feed_info, read_lines, read_operators, read_places
from wayfare.services.catalogue.domain.gtfs.services import Trips, make_services, read_frequencies, read_trips
from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import BrokenTable, Table, Tables

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""

READ_STEPS = 6
SERVICES_MAX = 1_000_000


class FeedReader:
    """Reads one feed. `read` raises `ImportRefused` with everything that makes it unusable."""

    def __init__(
        self,
        tables: Tables,
        issues: IssueLog,
        progress: Progress,
        steps: int = READ_STEPS,
        services_max: int = SERVICES_MAX,
    ) -> None:
        """`steps`: how many there are in all, for `progress`; reading takes the first six."""
        self._source = tables
        self._issues = issues
        self._errors = ErrorLog()
        self._progress = progress
        self._services_max = services_max
        self._steps = steps
        self._tables: dict[str, Table] = {}
        self._trips_kept = self._calls_kept = 0

    def read(self, feed_id: str) -> Feed:
        self._open_tables()
        self._errors.raise_if_any(feed_id)
        try:
            feed = self._read(feed_id)
        except BrokenTable as broken:
            self._errors.add(broken.file, broken.line, broken.reason)
            self._errors.raise_if_any(feed_id)
            raise
        self._errors.raise_if_any(feed_id)
        return feed

    def _open_tables(self) -> None:
        """Look at every header first, so that all that is missing is told at once."""
        for name in self._source.names():
            if name not in columns.READ_FILES:
                if name not in columns.KNOWN_FILES:
                    self._issues.add(name, 0, "unknown file: not used")
                continue
            try:
                table = self._source.find(name)
            except BrokenTable as broken:
                self._errors.add(broken.file, broken.line, broken.reason)
                continue
            if table is not None:
                self._tables[name] = table
                columns.check(table, self._issues, self._errors)
            elif name in columns.REQUIRED_FILES:
                self._errors.add(name, 0, "the file is empty")
        for name in columns.REQUIRED_FILES:
            if name not in self._source.names():
                self._errors.add(name, 0, "the file is missing")
        if not {"calendar.txt", "calendar_dates.txt"} & self._tables.keys():
            self._errors.add("calendar.txt", 0, "neither calendar.txt nor calendar_dates.txt is there")

    def _read(self, feed_id: str) -> Feed:
        tables, issues = self._tables, self._issues
        self._progress("reading places and lines", 0, self._steps)
        operators = read_operators(tables["agency.txt"], issues, self._errors)
        self._errors.raise_if_any(feed_id)
        stops = read_places(tables["stops.txt"], operators[0].tz, issues)
        lines = read_lines(tables["routes.txt"], operators, issues)
        publisher, language, version = "", "", ""
        if "feed_info.txt" in tables:
            publisher, language, version = read_feed_info(tables["feed_info.txt"])
        self._progress("reading calendars", 1, self._steps)
        days = read_days(tables.get("calendar.txt"), tables.get("calendar_dates.txt"), issues)
        self._progress("reading trips", 2, self._steps)
        trips = read_trips(tables["trips.txt"], lines, days, issues)
        if len(trips.ref) > self._services_max:
            self._errors.add("trips.txt", 0, f"the feed has more than {self._services_max} trips")
            self._errors.raise_if_any(feed_id)
        shapes = self._read_shapes(trips)
        services = self._read_services(trips, lines, stops.places, shapes)
        language = language or operators[0].language
        feed = Feed(feed_id, version, publisher, language, operators, stops.places, lines, days.calendars, services)
        feed.shapes = [shapes[shape] for shape in sorted(set(services.shape) - {""})]
        self._read_extras(feed)
        self._count(feed)
        return feed

    def _read_shapes(self, trips: Trips) -> dict[str, Shape]:
        self._progress("reading shapes", 3, self._steps)
        table = self._tables.get("shapes.txt")
        wanted = set(trips.shape) - {""}
        shapes = read_shapes(table, wanted, self._issues) if table is not None else {}
        missing = sorted(wanted - shapes.keys())
        if missing:
            reason = "shape_id names no shape: distances follow the great circle"
            self._issues.add("trips.txt", 0, reason, missing[0], count=len(missing))
        return shapes

    def _read_services(
        self, trips: Trips, lines: list[Line], places: list[Place], shapes: dict[str, Shape]
    ) -> Services:
        self._progress("reading calls", 4, self._steps)
        table = self._tables["stop_times.txt"]
        stops = {place.stop_id: i for i, place in enumerate(places)}
        calls = read_calls(table, trips.index, stops, self._issues)
        lat = np.array([place.lat for place in places])
        lon = np.array([place.lon for place in places])
        calls = settle_times(table.name, calls, lat, lon, trips.ref, self._issues)
        self._trips_kept, self._calls_kept = len(calls.starts()), len(calls.trip)
        frequencies = {}
        if "frequencies.txt" in self._tables:
            frequencies = read_frequencies(
                self._tables["frequencies.txt"], trips, self._issues, self._services_max, self._errors
            )
        services = make_services(trips, calls, frequencies, lines, places, shapes)
        if not len(services):
            self._errors.add("trips.txt", 0, "no trip can run: there is nothing to import")
        elif len(services) > self._services_max:
            self._errors.add("trips.txt", 0, f"the feed has more than {self._services_max} services")
        return services

    def _read_extras(self, feed: Feed) -> None:
        self._progress("reading fares and transfers", 5, self._steps)
        tables, issues = self._tables, self._issues
        if "transfers.txt" in tables:
            feed.footpaths = read_footpaths(tables["transfers.txt"], feed.places, issues)
        if "translations.txt" in tables:
            feed.aliases = read_aliases(tables["translations.txt"], feed.places, issues)
        if "fare_attributes.txt" in tables:
            feed.fares = read_fares(tables["fare_attributes.txt"], tables.get("fare_rules.txt"), issues)

    def _count(self, feed: Feed) -> None:
        """Rows kept, by file, where a row stands for one thing."""
        kept = {
            "agency.txt": len(feed.operators),
            "stops.txt": len(feed.places),
            "routes.txt": len(feed.lines),
            "trips.txt": self._trips_kept,
            "stop_times.txt": self._calls_kept,
            "shapes.txt": sum(len(shape.lat) for shape in feed.shapes),
            "transfers.txt": len(feed.footpaths),
            "translations.txt": len(feed.aliases),
            "fare_attributes.txt": len(feed.fares),
        }
        feed.rows_read = {name: table.rows_read for name, table in sorted(self._tables.items())}
        feed.rows_kept = {name: kept[name] for name in feed.rows_read if name in kept}
