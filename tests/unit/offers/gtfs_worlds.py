"""A plain GTFS reader for planner tests and measurements: no validation, no fares, one layout for all.

It is written apart from the catalogue's import on purpose: the two are compared.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from unit.offers.worlds import BOTH, Call, Service, World
from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, Timetable
from wayfare.kernel.time import day_number

Row = dict[str, str]


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[Row]:
    if name in archive.namelist():
        text = io.TextIOWrapper(archive.open(name), "utf-8-sig", newline="")
        reader = csv.reader(text)
        header = [column.strip() for column in next(reader)]
        for row in reader:
            yield {key: value.strip() for key, value in zip(header, row, strict=False)}


def _seconds(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def _day(text: str) -> int:
    return day_number(date(int(text[:4]), int(text[4:6]), int(text[6:8])))


def _calendars(archive: zipfile.ZipFile) -> dict[str, set[int]]:
    days: dict[str, set[int]] = defaultdict(set)
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for row in _rows(archive, "calendar.txt"):
        first, last = _day(row["start_date"]), _day(row["end_date"])
        start = date(int(row["start_date"][:4]), int(row["start_date"][4:6]), int(row["start_date"][6:8]))
        for offset in range(last - first + 1):
            if row[week[(start + timedelta(days=offset)).weekday()]] == "1":
                days[row["service_id"]].add(first + offset)
    for row in _rows(archive, "calendar_dates.txt"):
        change = days[row["service_id"]].add if row["exception_type"] == "1" else days[row["service_id"]].discard
        change(_day(row["date"]))
    return days


def _flags(row: Row) -> int:
    board = 0 if row.get("pickup_type") == "1" else CAN_BOARD
    alight = 0 if row.get("drop_off_type") == "1" else CAN_ALIGHT
    return (board | alight) & BOTH


def read_gtfs(path: Path, connection_s: int = 300) -> Timetable:
    """Every trip with two or more known stops; times are those of the file (minus nothing)."""
    world = World()
    with zipfile.ZipFile(path) as archive:
        agencies = list(_rows(archive, "agency.txt"))
        tz = agencies[0]["agency_timezone"]
        for row in _rows(archive, "stops.txt"):
            world.station(
                row["stop_id"],
                name=row["stop_name"],
                code=row.get("stop_code", ""),
                tz=row.get("stop_timezone") or tz,
                lat=float(row["stop_lat"] or "nan"),
                lon=float(row["stop_lon"] or "nan"),
                connection_s=connection_s,
                parent=row.get("parent_station") or None,
            )
        for row in _rows(archive, "transfers.txt"):
            if not row.get("from_trip_id") and row.get("min_transfer_time") and row["from_stop_id"] != "":
                ends = [world.stations[row[key]].parent or row[key] for key in ("from_stop_id", "to_stop_id")]
                world.footpath(ends[0], ends[1], int(row["min_transfer_time"]))
        calls: dict[str, list[tuple[int, Call]]] = defaultdict(list)
        for row in _rows(archive, "stop_times.txt"):
            if row["arrival_time"] and row["stop_id"] in world.stations:
                call = Call(row["stop_id"], _seconds(row["arrival_time"]), _seconds(row["departure_time"]), _flags(row))
                calls[row["trip_id"]].append((int(row["stop_sequence"]), call))
        days = _calendars(archive)
        for row in _rows(archive, "trips.txt"):
            ordered = [call for _, call in sorted(calls[row["trip_id"]], key=lambda pair: pair[0])]
            running = tuple(sorted(days[row["service_id"]]))
            if len(ordered) > 1 and running:
                world.add(Service(row["trip_id"], ordered, running, tz=tz, line=row["route_id"]))
    return world.build()
