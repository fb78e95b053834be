"""Reading single GTFS fields: times, dates, numbers, route types."""

from __future__ import annotations

import math
import re
from datetime import date

from wayfare.kernel.time import day_number

BLANK = -1
"""A time that is not given."""

DAY_MAX = (1 << 16) - 1
_TIME = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?")
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")

RAIL, COACH, AIR, FERRY = range(4)

# Basic route types (GTFS reference, routes.route_type) and the hundreds of the extended ones
# (developers.google.com/transit/gtfs/reference/extended-route-types). What runs on rails or ropes counts as rail.
_BASIC = {0: RAIL, 1: RAIL, 2: RAIL, 3: COACH, 4: FERRY, 5: RAIL, 6: RAIL, 7: RAIL, 11: COACH, 12: RAIL}
_EXTENDED = {
    1: RAIL,
    2: COACH,
    3: RAIL,
    4: RAIL,
    5: RAIL,
    6: RAIL,
    7: COACH,
    8: COACH,
    9: RAIL,
    10: FERRY,
    11: AIR,
    12: FERRY,
    13: RAIL,
    14: RAIL,
    15: COACH,
    16: COACH,
    17: COACH,
}


def parse_time(text: str) -> int | None:
    """Seconds after noon minus twelve hours of the service day; `BLANK` for "", None for what is no time.

    "9:05:00" and times past 24:00 are fine, for up to 41 days.
    """
    if not text:
        return BLANK
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)


def format_time(seconds: int) -> str:
    """The GTFS form: "25:10:00"."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def parse_day(text: str) -> int | None:
    """The day number of "20260131", or None; days before 2000 or after 2179 have none."""
    number = _day(text)
    return number if number is not None and 0 <= number <= DAY_MAX else None


def parse_last_day(text: str) -> int | None:
    """Like `parse_day`, but a date too late to have a number is the last that has one: 99991231 means "no end"."""
    number = _day(text)
    return min(number, DAY_MAX) if number is not None and number >= 0 else None


def _day(text: str) -> int | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return day_number(date(*map(int, match.groups())))
    except ValueError:
        return None


def parse_mode(route_type: str) -> int | None:
    """The index into MODES of a route type, basic or extended; None for an unknown one."""
    if not route_type.isascii() or not route_type.isdigit():
        return None
    number = int(route_type)
    return _BASIC.get(number) if number < 100 else _EXTENDED.get(number // 100)


def parse_degrees(text: str, limit: float) -> float:
    """A latitude (limit 90) or longitude (limit 180); nan when it is absent or impossible."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if abs(value) <= limit else math.nan
