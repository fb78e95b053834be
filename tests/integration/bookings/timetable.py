"""A timetable of two services: a train A–B–C in Germany and a flight to London."""

from __future__ import annotations

from datetime import date

import numpy as np

from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit
from wayfare.contracts.catalogue.timetable import Feed, Strings, Timetable, TimetableMeta
from wayfare.kernel.time import day_number

TRAIN, FLIGHT = 4711, 4712
FIRST_DAY = day_number(date(2026, 1, 1))
DAYS = 400


def _ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def _longs(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _bytes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint8)


def _layout(code: str, mode: str, cabin: str, name: str) -> Layout:
    units = tuple(
        Unit(f"S1-{number}", "S1", str(number), cabin, 0, number // 4, number % 4, number // 2, ("window",))
        for number in range(1, 41)
    )
    return Layout(code, code, mode, (Cabin(cabin, name, 1),), units)


def build_timetable(generation: int = 1) -> Timetable:
    hour = 3600
    return Timetable(
        meta=TimetableMeta(
            generation,
            ("Europe/Berlin", "Europe/London"),
            (Feed("demo", "1"),),
            (_layout("train", "rail", "second", "Second class"), _layout("plane", "air", "economy", "Economy")),
            (),
            {},
        ),
        place_id=Strings.of(["demo:a:3", "demo:b", "demo:c", "demo:lhr", "demo:a"]),
        place_name=Strings.of(["Aachen Hbf", "Bonn Hbf", "Berlin Hbf", "London Heathrow", "Aachen Hbf"]),
        place_code=Strings.of(["", "BN", "BER", "LHR", "AC"]),
        place_platform=Strings.of(["3", "", "7", "", ""]),
        place_zone=Strings.of(["", "", "", "", ""]),
        place_tz=_ints(0, 0, 0, 1, 0),
        place_lat=np.array([50.8, 50.7, 52.5, 51.5, 50.8]),
        place_lon=np.array([6.1, 7.1, 13.4, -0.5, 6.1]),
        place_station=_ints(4, 1, 2, 3, 4),
        place_connection_s=_ints(300, 300, 300, 3600, 300),
        alias_text=Strings.of([]),
        alias_language=Strings.of([]),
        alias_place=_ints(),
        foot_from=_ints(),
        foot_to=_ints(),
        foot_s=_ints(),
        operator_id=Strings.of(["dw", "wa"]),
        operator_name=Strings.of(["Demo Rail", "Wayfare Air"]),
        operator_feed=_ints(0, 0),
        line_id=Strings.of(["ice1", "wa1"]),
        line_name=Strings.of(["ICE 1", "WA"]),
        line_operator=_ints(0, 1),
        line_mode=_bytes(0, 2),
        service_no=_longs(TRAIN, FLIGHT),
        service_ref=Strings.of(["t1", "f1"]),
        service_number=Strings.of(["ICE 847", "WA 12"]),
        service_headsign=Strings.of(["Berlin", "London"]),
        service_line=_ints(0, 1),
        service_tz=_ints(0, 0),
        service_calendar=_ints(0, 0),
        service_layout=_ints(0, 1),
        service_status=_bytes(0, 0),
        service_shape=_ints(-1, -1),
        call_start=_ints(0, 3, 5),
        call_place=_ints(0, 1, 2, 2, 3),
        call_arr_s=_ints(10 * hour, 11 * hour, 15 * hour, 18 * hour, 20 * hour),
        call_dep_s=_ints(10 * hour, 11 * hour + 120, 15 * hour, 18 * hour, 20 * hour),
        call_flags=_bytes(3, 3, 3, 3, 3),
        call_distance_m=_ints(0, 90_000, 600_000, 0, 930_000),
        calendar_first_day=_ints(FIRST_DAY),
        calendar_start=_longs(0, DAYS),
        calendar_runs=np.ones(DAYS, dtype=np.uint8),
        shape_end=_longs(),
        shape_lat=np.array([], dtype=np.float64),
        shape_lon=np.array([], dtype=np.float64),
    )
