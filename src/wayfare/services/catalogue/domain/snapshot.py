"""From rows of the database to the arrays of a timetable."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wayfare.contracts.catalogue.fares import FeedFare, Tariff
from wayfare.contracts.catalogue.layout import Layout
from wayfare.contracts.catalogue.timetable import NOT_SOLD, ON_SALE, Feed, Strings, Timetable, TimetableMeta
from wayfare.services.catalogue.domain.feed import Bytes, Ints
from wayfare.services.catalogue.domain.footpaths import connection_times, station_footpaths


@dataclass(frozen=True, slots=True)
class PlaceRow:
    place_no: int
    feed: str
    stop_id: str
    name: str
    code: str
    platform: str
    zone: str
    tz: str
    lat: float | None
    lon: float | None
    station: str
    gone: bool


@dataclass(slots=True)
class ServiceColumns:
    """Services in order of their number; `places` holds place numbers, calls lie one service after the other."""

    service_no: list[int]
    feed: list[str]
    ref: list[str]
    number: list[str]
    headsign: list[str]
    line_id: list[str]
    tz: list[str]
    calendar_key: list[bytes]
    layout: list[str | None]
    status: list[int]
    shape_id: list[str]
    count: list[int]
    places: Ints
    arr_s: Ints
    dep_s: Ints
    flags: Bytes
    distance_m: Ints


@dataclass(slots=True)
class SnapshotRows:
    """Everything a timetable is made of."""

    feeds: list[Feed]
    operators: list[tuple[str, str, str]]  # feed, operator_id, name
    places: list[PlaceRow]
    aliases: list[tuple[str, str, str, str]]  # feed, stop_id, language, text
    lines: list[tuple[str, str, str, str, int]]  # feed, line_id, name, operator_id, mode
    calendars: list[tuple[bytes, int, bytes]]  # key, first day, runs
    services: ServiceColumns
    shapes: list[tuple[str, str, bytes, bytes]]  # feed, shape_id, lat, lon as float64
    footpaths: list[tuple[str, str, str, int]]  # feed, from stop, to stop, seconds
    links: list[tuple[str, str, str, str, int]]  # from feed, stop, to feed, stop, seconds; both ways
    fares: dict[str, tuple[FeedFare, ...]]
    tariffs: list[Tariff]
    layouts: list[Layout]


def _ints(values: Iterable[int], count: int) -> Ints:
    return np.fromiter(values, dtype=np.int32, count=count)


class TimetableBuilder:
    """Builds one Timetable; indexes are positions, decided here."""

    def __init__(self, rows: SnapshotRows) -> None:
        self._rows = rows
        used = set(np.unique(rows.services.places).tolist())
        kept = [place for place in rows.places if not place.gone or place.place_no in used]
        stations = {(place.feed, place.station) for place in kept}
        known = {place.place_no for place in kept}
        kept += [
            place for place in rows.places if place.place_no not in known and (place.feed, place.stop_id) in stations
        ]
        self._places = sorted(kept, key=lambda place: place.place_no)
        self._index = {(place.feed, place.stop_id): i for i, place in enumerate(self._places)}
        self._feed_index = {feed.feed_id: i for i, feed in enumerate(rows.feeds)}
        zones = {place.tz for place in self._places} | set(rows.services.tz)
        self._zones = tuple(sorted(zones))
        self._zone_index = {name: i for i, name in enumerate(self._zones)}

    def build(self, generation: int) -> Timetable:
        """The timetable of everything in the rows."""
        rows = self._rows
        meta = TimetableMeta(
            generation=generation,
            time_zones=self._zones,
            feeds=tuple(rows.feeds),
            layouts=tuple(rows.layouts),
            tariffs=tuple(rows.tariffs),
            fares=rows.fares,
        )
        call_place = self._call_places()
        call_start = np.concatenate(([0], np.cumsum(rows.services.count))).astype(np.int32)
        return Timetable(
            meta=meta,
            **self._place_columns(call_place, call_start),
            **self._alias_columns(),
            **self._line_columns(),
            **self._service_columns(),
            call_start=call_start,
            call_place=call_place,
            call_arr_s=rows.services.arr_s,
            call_dep_s=rows.services.dep_s,
            call_flags=rows.services.flags,
            call_distance_m=rows.services.distance_m,
            **self._calendar_columns(),
            **self._shape_columns(),
        )

    def _call_places(self) -> Ints:
        numbers = np.array([place.place_no for place in self._places], dtype=np.int64)
        found: Ints = np.searchsorted(numbers, self._rows.services.places).astype(np.int32)
        return found

    def _stations(self) -> Ints:
        return _ints(
            (self._index.get((place.feed, place.station), i) for i, place in enumerate(self._places)),
            len(self._places),
        )

    def _call_modes(self, call_start: Ints) -> Ints:
        """The mode of every call's line."""
        mode_of = {(feed, line_id): mode for feed, line_id, _, _, mode in self._rows.lines}
        services = self._rows.services
        keys = zip(services.feed, services.line_id, strict=True)
        modes = _ints((mode_of[key] for key in keys), len(services.service_no))
        return np.repeat(modes, np.diff(call_start))

    def _place_columns(self, call_place: Ints, call_start: Ints) -> dict[str, Any]:
        places = self._places
        lat = np.array([math.nan if place.lat is None else place.lat for place in places], dtype=np.float64)
        lon = np.array([math.nan if place.lon is None else place.lon for place in places], dtype=np.float64)
        station = self._stations()
        foot_from, foot_to, foot_s = station_footpaths(lat, lon, station, self._stated_footpaths())
        return {
            "place_id": Strings.of([f"{place.feed}:{place.stop_id}" for place in places]),
            "place_name": Strings.of([place.name for place in places]),
            "place_code": Strings.of([place.code for place in places]),
            "place_platform": Strings.of([place.platform for place in places]),
            "place_zone": Strings.of([place.zone for place in places]),
            "place_tz": _ints((self._zone_index[place.tz] for place in places), len(places)),
            "place_lat": lat,
            "place_lon": lon,
            "place_station": station,
            "place_connection_s": connection_times(station, call_place, self._call_modes(call_start)),
            "foot_from": foot_from,
            "foot_to": foot_to,
            "foot_s": foot_s,
        }

    def _stated_footpaths(self) -> list[tuple[int, int, int]]:
        """Those of feeds, then the links between feeds, which win."""
        named = [((feed, start), (feed, end), s) for feed, start, end, s in self._rows.footpaths]
        for feed, stop, to_feed, to_stop, seconds in self._rows.links:
            named += [((feed, stop), (to_feed, to_stop), seconds), ((to_feed, to_stop), (feed, stop), seconds)]
        return [
            (self._index[start], self._index[end], seconds)
            for start, end, seconds in named
            if start in self._index and end in self._index
        ]

    def _alias_columns(self) -> dict[str, Any]:
        found = sorted(
            (self._index[feed, stop_id], language, text)
            for feed, stop_id, language, text in self._rows.aliases
            if (feed, stop_id) in self._index
        )
        return {
            "alias_text": Strings.of([text for _, _, text in found]),
            "alias_language": Strings.of([language for _, language, _ in found]),
            "alias_place": _ints((place for place, _, _ in found), len(found)),
        }

    def _line_columns(self) -> dict[str, Any]:
        operators, lines = self._rows.operators, self._rows.lines
        operator_index = {(feed, ident): i for i, (feed, ident, _) in enumerate(operators)}
        return {
            "operator_id": Strings.of([ident for _, ident, _ in operators]),
            "operator_name": Strings.of([name for _, _, name in operators]),
            "operator_feed": _ints((self._feed_index[feed] for feed, _, _ in operators), len(operators)),
            "line_id": Strings.of([ident for _, ident, _, _, _ in lines]),
            "line_name": Strings.of([name for _, _, name, _, _ in lines]),
            "line_operator": _ints((operator_index[line[0], line[3]] for line in lines), len(lines)),
            "line_mode": np.array([mode for _, _, _, _, mode in lines], dtype=np.uint8),
        }

    def _service_columns(self) -> dict[str, Any]:
        services, rows = self._rows.services, self._rows
        count = len(services.service_no)
        line_index = {(feed, ident): i for i, (feed, ident, _, _, _) in enumerate(rows.lines)}
        calendar_index = {key: i for i, (key, _, _) in enumerate(rows.calendars)}
        layout_index = {layout.code: i for i, layout in enumerate(rows.layouts)}
        shape_index = {(feed, ident): i for i, (feed, ident, _, _) in enumerate(rows.shapes)}
        lines = zip(services.feed, services.line_id, strict=True)
        shapes = zip(services.feed, services.shape_id, strict=True)
        layout = _ints((layout_index.get(code or "", -1) for code in services.layout), count)
        status = np.array(services.status, dtype=np.uint8)
        return {
            "service_no": np.array(services.service_no, dtype=np.int64),
            "service_ref": Strings.of(services.ref),
            "service_number": Strings.of(services.number),
            "service_headsign": Strings.of(services.headsign),
            "service_line": _ints((line_index[key] for key in lines), count),
            "service_tz": _ints((self._zone_index[tz] for tz in services.tz), count),
            "service_calendar": _ints((calendar_index[key] for key in services.calendar_key), count),
            "service_layout": layout,
            "service_status": np.where((status == ON_SALE) & (layout < 0), NOT_SOLD, status).astype(np.uint8),
            "service_shape": _ints((shape_index.get(key, -1) for key in shapes), count),
        }

    def _calendar_columns(self) -> dict[str, Any]:
        calendars = self._rows.calendars
        starts = np.concatenate(([0], np.cumsum([len(runs) for _, _, runs in calendars]))).astype(np.int64)
        return {
            "calendar_first_day": _ints((first for _, first, _ in calendars), len(calendars)),
            "calendar_start": starts,
            "calendar_runs": _joined([runs for _, _, runs in calendars], np.uint8),
        }

    def _shape_columns(self) -> dict[str, Any]:
        shapes = self._rows.shapes
        return {
            "shape_end": np.cumsum([len(lat) // 8 for _, _, lat, _ in shapes], dtype=np.int64),
            "shape_lat": _joined([lat for _, _, lat, _ in shapes], np.float64),
            "shape_lon": _joined([lon for _, _, _, lon in shapes], np.float64),
        }


def _joined(parts: Sequence[bytes], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.frombuffer(b"".join(parts), dtype=kind)
