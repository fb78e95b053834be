"""Builds small GTFS feeds for tests: a sound one by default, to be spoiled in one way at a time."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Self

from wayfare.services.catalogue.adapters.feed_files import FeedLimits, open_feed
from wayfare.services.catalogue.domain.feed import Feed
from wayfare.services.catalogue.domain.gtfs.reader import FeedReader
from wayfare.services.catalogue.domain.issues import Issue, IssueLog

STOPS = {"A": (52.5, 13.4), "B": (52.0, 12.0), "C": (51.3, 11.0), "D": (50.1, 8.7)}


class FeedBuilder:
    """A feed of one agency, four stops, one route and a daily calendar for 2026; add trips."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.raw: dict[str, bytes] = {}
        self.row(
            "agency",
            agency_id="DB",
            agency_name="Bahn",
            agency_url="https://x.example",
            agency_timezone="Europe/Berlin",
        )
        for stop, (lat, lon) in STOPS.items():
            self.stop(stop, stop_lat=str(lat), stop_lon=str(lon))
        self.row("routes", route_id="R1", agency_id="DB", route_short_name="IC 1", route_type="2")
        self.calendar("daily", "20260101", "20261231")

    def row(self, table: str, **values: str) -> Self:
        self.tables.setdefault(f"{table}.txt", []).append(values)
        return self

    def stop(self, stop_id: str, **values: str) -> Self:
        return self.row("stops", **({"stop_id": stop_id, "stop_name": f"Station {stop_id}"} | values))

    def calendar(self, service_id: str, start: str, end: str, days: str = "1111111") -> Self:
        names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        flags = dict(zip(names, days, strict=True))
        return self.row("calendar", service_id=service_id, start_date=start, end_date=end, **flags)

    def date(self, service_id: str, date: str, kind: str = "1") -> Self:
        return self.row("calendar_dates", service_id=service_id, date=date, exception_type=kind)

    def trip(self, ref: str, calls: str, service: str = "daily", **values: str) -> Self:
        """`calls`: "A 8:00:00, B 9:00:00/9:05:00, C" — stop, arrival/departure; none for a blank time."""
        self.row("trips", **({"trip_id": ref, "route_id": "R1", "service_id": service} | values))
        for i, call in enumerate(calls.split(","), 1):
            stop, _, times = call.strip().partition(" ")
            arrival, _, departure = times.partition("/")
            self.row(
                "stop_times",
                trip_id=ref,
                stop_id=stop,
                stop_sequence=str(i * 10),
                arrival_time=arrival,
                departure_time=departure or arrival,
            )
        return self

    def without(self, *names: str) -> Self:
        for name in names:
            self.tables.pop(name, None)
        return self

    def file(self, name: str, content: str | bytes) -> Self:
        self.raw[name] = content.encode() if isinstance(content, str) else content
        return self

    def contents(self) -> dict[str, bytes]:
        found = {}
        for name, rows in self.tables.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            text = io.StringIO()
            writer = csv.DictWriter(text, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
            found[name] = text.getvalue().encode()
        return found | self.raw

    def zip(self, path: Path, root: str = "") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.contents().items():
                archive.writestr(root + name, content)
        return path

    def folder(self, path: Path) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        for name, content in self.contents().items():
            (path / name).write_bytes(content)
        return path

    def read(self, path: Path) -> tuple[Feed, dict[str, Issue]]:
        """What the feed says, and its issues by reason."""
        return read_feed(self.zip(path / "feed.zip"))


def read_feed(path: Path, limits: FeedLimits | None = None) -> tuple[Feed, dict[str, Issue]]:
    issues = IssueLog()
    with open_feed(path, issues, limits) as files:
        feed = FeedReader(files, issues, lambda _what, _done, _total: None).read("test")
    return feed, {issue.reason: issue for issue in issues.listed()}


def calls_of(feed: Feed, ref: str) -> list[tuple[str, int, int]]:
    """(stop_id, arrival, departure) of a service."""
    services = feed.services
    index = services.ref.index(ref)
    span = range(int(services.start[index]), int(services.start[index + 1]))
    return [(feed.places[int(services.place[i])].stop_id, int(services.arr_s[i]), int(services.dep_s[i])) for i in span]
