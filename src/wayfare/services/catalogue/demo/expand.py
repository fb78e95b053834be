"""Expands the demonstration network into GTFS feeds that always run from a given day on.

Services are written in local time at their origin; GTFS wants the time zone of the feed. Where the two
change their clocks on different days a service becomes one GTFS trip per offset, so that it keeps its
local time. A trip's id is its number and its departure in feed time (`WFE101-0715`): it does not depend
on the first day, so a later build names the same trips the same way.
Format: https://gtfs.org/documentation/schedule/reference/
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from wayfare.services.catalogue.demo.source import FeedSource, Place, Service, read_network

# Zip entries carry a time; a fixed one keeps the archive's bytes equal from build to build.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_PUBLISHER = ("Wayfare", "https://wayfare.example/")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Row = Sequence[object]
Table = tuple[Sequence[str], list[Row]]


@dataclass(frozen=True, slots=True)
class Spell:
    """The service dates on which a service leaves at one GTFS time: first … last but for `absent`.

    `departure_s` counts from noon minus 12 h of the service date in the feed's zone; `day_shift` is 1 where
    the local day of departure is the day after the service date (early departures east of the feed's zone).
    """

    departure_s: int
    day_shift: int
    first: date
    last: date
    absent: tuple[date, ...] = ()


def build_demo_feeds(folder: Path, first_day: date, days: int = 121) -> list[Path]:
    """Write one GTFS zip per demonstration feed into `folder`; return the paths in the order of feeds.csv.

    Calendars cover the service dates first_day … first_day + days - 1. Equal arguments give equal bytes.
    Raises ValueError when `days` is below 1.
    """
    if days < 1:
        raise ValueError("a timetable needs at least one day")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for feed in read_network():
        path = folder / f"{feed.feed_id}.zip"
        _write_zip(path, feed_tables(feed, first_day, days))
        paths.append(path)
    return paths


_COLUMNS = {
    "feed_info.txt": ("feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date feed_version"),
    "agency.txt": "agency_id agency_name agency_url agency_timezone agency_lang",
    "stops.txt": (
        "stop_id stop_code stop_name stop_lat stop_lon location_type parent_station stop_timezone platform_code"
    ),
    "routes.txt": "route_id agency_id route_short_name route_long_name route_type",
    "trips.txt": "route_id service_id trip_id trip_headsign trip_short_name direction_id",
    "stop_times.txt": "trip_id arrival_time departure_time stop_id stop_sequence",
    "calendar.txt": " ".join(("service_id", *_WEEKDAYS, "start_date", "end_date")),
    "calendar_dates.txt": "service_id date exception_type",
    "transfers.txt": "from_stop_id to_stop_id transfer_type min_transfer_time",
    "translations.txt": "table_name field_name language translation record_id",
}


def feed_tables(feed: FeedSource, first_day: date, days: int) -> dict[str, Table]:
    """GTFS file name -> (columns, rows) of one feed."""
    timetable = _timetable(feed, first_day, days)
    last_day = first_day + timedelta(days=days - 1)
    places = feed.places.values()
    rows: dict[str, list[Row]] = {
        "feed_info.txt": [
            (*_PUBLISHER, feed.language, _ymd(first_day), _ymd(last_day), f"{feed.feed_id}-{_ymd(first_day)}")
        ],
        "agency.txt": [(o["operator_id"], o["name"], o["url"], feed.timezone, o["language"]) for o in feed.operators],
        "stops.txt": [row for place in places for row in _stop_rows(place)],
        "routes.txt": [
            (r["line_id"], r["operator_id"], r["short_name"], r["long_name"], r["route_type"]) for r in feed.lines
        ],
        "trips.txt": timetable["trips"],
        "stop_times.txt": timetable["stop_times"],
        "calendar.txt": timetable["calendar"],
        "calendar_dates.txt": timetable["calendar_dates"],
        "transfers.txt": [(c["from_place"], c["to_place"], 2, c["minimum_s"]) for c in feed.connections],
        "translations.txt": [row for place in places for row in _translation_rows(place)],
    }
    return {file: (tuple(columns.split()), rows[file]) for file, columns in _COLUMNS.items()}


def _stop_rows(place: Place) -> Iterator[Row]:
    head = (place.code, place.name, place.latitude, place.longitude)
    yield place.place_id, *head, 1 if place.platforms else 0, "", place.timezone, ""
    for platform in place.platforms:
        yield f"{place.place_id}:{platform}", *head, 0, place.place_id, place.timezone, platform


def _translation_rows(place: Place) -> Iterator[Row]:
    """Platforms carry their station's name, so they carry its translations too."""
    for stop_id in (place.place_id, *(f"{place.place_id}:{p}" for p in place.platforms)):
        for language, name in place.names.items():
            yield "stops", "stop_name", language, name, stop_id


def _timetable(feed: FeedSource, first_day: date, days: int) -> dict[str, list[Row]]:
    """Rows of trips, stop_times, calendar and calendar_dates."""
    trips: list[Row] = []
    stop_times: list[Row] = []
    calendar: dict[object, Row] = {}
    removals: dict[object, list[Row]] = {}
    spells: dict[tuple[int, str], list[Spell]] = {}
    for service in feed.services:
        origin = feed.places[service.calls[0].place_id]
        key = (service.departure_min, origin.timezone)
        if key not in spells:
            spells[key] = departure_spells(*key, feed.timezone, first_day, days)
        headsign = feed.places[service.calls[-1].place_id].name
        for spell in spells[key]:
            row = _calendar_row(service, spell)
            calendar[row[0]] = row
            removals[row[0]] = [(row[0], _ymd(day), 2) for day in spell.absent]
            trip_id = f"{service.number}-{_clock(spell.departure_s)[:5].replace(':', '')}"
            trips.append((service.line_id, row[0], trip_id, headsign, service.number, service.direction))
            stop_times.extend(_stop_time_rows(trip_id, service, spell.departure_s, feed.places))
    return {
        "trips": trips,
        "stop_times": stop_times,
        "calendar": list(calendar.values()),
        "calendar_dates": [row for rows in removals.values() for row in rows],
    }


def departure_spells(departure_min: int, origin_zone: str, feed_zone: str, first_day: date, days: int) -> list[Spell]:
    """The service dates of a daily departure at a local time, grouped by equal GTFS departure time.

    Every local day from the first is served once. Where the local day is the day after the service date,
    the service dates therefore begin a day early.
    """
    origin, feed = ZoneInfo(origin_zone), ZoneInfo(feed_zone)
    spells: dict[int, Spell] = {}
    for offset in range(days + 1):
        local_day = first_day + timedelta(days=offset)
        shift, departure_s = 0, _departure_s(local_day, local_day, departure_min, origin, feed)
        if departure_s < 0:
            eve = local_day - timedelta(days=1)
            shift, departure_s = 1, _departure_s(eve, local_day, departure_min, origin, feed)
        if offset == days and not shift:
            break
        service_day = local_day - timedelta(days=shift)
        spells[departure_s] = _extend(spells.get(departure_s), departure_s, shift, service_day)
    return list(spells.values())


def _extend(spell: Spell | None, departure_s: int, shift: int, day: date) -> Spell:
    """Morocco leaves its summer time for Ramadan and returns to it: a spell may have a gap."""
    if spell is None:
        return Spell(departure_s, shift, day, day)
    gap = tuple(spell.last + timedelta(days=n) for n in range(1, (day - spell.last).days))
    return replace(spell, last=day, absent=spell.absent + gap)


def _departure_s(service_day: date, local_day: date, departure_min: int, origin: ZoneInfo, feed: ZoneInfo) -> int:
    """Seconds from the service day's zero (noon minus 12 h, as GTFS defines it) to a local clock time."""
    zero_s = datetime.combine(service_day, time(12), feed).timestamp() - 12 * 3600
    leaves = datetime.combine(local_day, time(departure_min // 60, departure_min % 60), origin)
    return int(leaves.timestamp() - zero_s)


def _calendar_row(service: Service, spell: Spell) -> Row:
    """Weekdays are those of the service date: a shifted Tuesday departure belongs to Monday."""
    runs = [(weekday + spell.day_shift - 1) % 7 + 1 in service.weekdays for weekday in range(1, 8)]
    first, last = _ymd(spell.first), _ymd(spell.last)
    digits = "".join(str(weekday) for weekday, run in enumerate(runs, 1) if run)
    gap = f"-without-{_ymd(spell.absent[0])}-{_ymd(spell.absent[-1])}" if spell.absent else ""
    return f"{digits}-{first}-{last}{gap}", *(int(run) for run in runs), first, last


def _stop_time_rows(trip_id: str, service: Service, start_s: int, places: Mapping[str, Place]) -> Iterator[Row]:
    for sequence, call in enumerate(service.calls, 1):
        stop_id = _stop_id(places[call.place_id], service.number)
        arrival, departure = (
            _clock(start_s + call.arrival_min * 60),
            _clock(start_s + call.departure_min * 60),
        )
        yield trip_id, arrival, departure, stop_id, sequence


def _stop_id(place: Place, number: str) -> str:
    """A service uses the same platform every day; which one follows from its number."""
    if not place.platforms:
        return place.place_id
    chosen = zlib.crc32(f"{number} {place.place_id}".encode()) % len(place.platforms)
    return f"{place.place_id}:{place.platforms[chosen]}"


def _write_zip(path: Path, tables: Mapping[str, Table]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (columns, rows) in tables.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _csv_text(columns, rows))


def _csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _ymd(day: date) -> str:
    return f"{day:%Y%m%d}"
