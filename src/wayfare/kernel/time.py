"""Days, instants and the clock. Instants are whole seconds since 1970-01-01 UTC."""

from __future__ import annotations

import time as _time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

DAY_ZERO = date(2000, 1, 1)
DAY_S = 86_400


class Clock(Protocol):
    """The time as the business sees it."""

    def now_s(self) -> int: ...


class SystemClock:
    """The machine's clock, or one that was moved to `start` and runs on from there.

    A moved clock lets a timetable of the past be sold, in tests and demonstrations.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._offset_s = 0.0 if start is None else start.timestamp() - _time.time()

    def now_s(self) -> int:
        return int(_time.time() + self._offset_s)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now_s = int(now.timestamp())

    def now_s(self) -> int:
        return self._now_s

    def advance(self, seconds: int) -> None:
        self._now_s += seconds


def day_number(day: date) -> int:
    """Days since 2000-01-01."""
    return (day - DAY_ZERO).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return DAY_ZERO + timedelta(days=number)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises `KeyError` (ZoneInfoNotFoundError) for an unknown one."""
    return ZoneInfo(name)


@lru_cache(maxsize=16_384)
def service_day_start_s(day: int, tz: str) -> int:
    """The instant GTFS times of a service day count from: noon minus twelve hours, local time.

    `day` is a day number, `tz` the agency's time zone (GTFS reference, `stop_times.arrival_time`).
    """
    noon = datetime.combine(day_of(day), datetime.min.time(), zone(tz)).replace(hour=12)
    return int(noon.timestamp()) - 12 * 3600


def local_time(instant_s: int, tz: str) -> datetime:
    """An instant as the wall clock of a time zone shows it."""
    return datetime.fromtimestamp(instant_s, zone(tz))


@lru_cache(maxsize=16_384)
def rfc3339(instant_s: int, tz: str = "UTC") -> str:
    """An instant as RFC 3339 with the offset of a time zone."""
    return local_time(instant_s, tz).isoformat()


def utc(instant_s: int) -> datetime:
    return datetime.fromtimestamp(instant_s, UTC)
