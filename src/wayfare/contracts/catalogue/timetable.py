"""The timetable as arrays: what an import writes and every process maps into memory.

P places, O operators, L lines, S services, C calls, K calendars, F footpaths. All indexes are positions in
these arrays and valid for one snapshot only; identities that last are `place_id`, `service_no` and the
departure ids built from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from wayfare.contracts.catalogue.fares import FeedFare, Tariff
from wayfare.contracts.catalogue.layout import Layout

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]

MODES = ("rail", "coach", "air", "ferry")

CAN_BOARD = 1
CAN_ALIGHT = 2

ON_SALE = 0
RETIRED = 1  # left the feed, or was replaced, but has sold departures: valid, no longer for sale
NOT_SOLD = 2  # in the timetable but never for sale (no layout fits, more than 128 sections)


class Strings(Sequence[str]):
    """A column of UTF-8 strings: `ends[i]` is where string i ends in `blob`."""

    __slots__ = ("blob", "ends")

    def __init__(self, blob: Bytes, ends: Longs) -> None:
        self.blob = blob
        self.ends = ends

    @classmethod
    def of(cls, texts: Sequence[str]) -> Strings:
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([len(part) for part in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = int(self.ends[index - 1]) if index else 0
        return self.blob[start : int(self.ends[index])].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        data = self.blob.tobytes()
        start = 0
        for end in self.ends.tolist():
            yield data[start:end].decode()
            start = end


class Feed(msgspec.Struct, frozen=True):
    feed_id: str
    version: str
    publisher: str = ""


class TimetableMeta(msgspec.Struct, frozen=True):
    """What is small and not an array."""

    generation: int
    time_zones: tuple[str, ...]
    feeds: tuple[Feed, ...]
    layouts: tuple[Layout, ...]
    tariffs: tuple[Tariff, ...]
    fares: dict[str, tuple[FeedFare, ...]]  # by feed_id


@dataclass(frozen=True, eq=False)
class Timetable:
    """One generation of the timetable of all feeds."""

    meta: TimetableMeta

    # places (P)
    place_id: Strings  # "feed:stop_id"
    place_name: Strings
    place_code: Strings  # "" when it has none
    place_platform: Strings  # "" when it has none
    place_zone: Strings  # fare zone, "" when it has none
    place_tz: Ints  # index into meta.time_zones
    place_lat: Floats  # degrees; nan when unknown
    place_lon: Floats
    place_station: Ints  # the station a platform belongs to; itself for a station
    place_connection_s: Ints  # minimum time to change between two departures at this station
    alias_text: Strings  # other names and translations, as written
    alias_language: Strings  # "" when unknown
    alias_place: Ints

    # footpaths between stations, in order of `foot_from` (F); from = to overrides place_connection_s
    foot_from: Ints
    foot_to: Ints
    foot_s: Ints  # minimum time from arrival at one to departure at the other

    # operators (O) and lines (L)
    operator_id: Strings  # agency_id
    operator_name: Strings
    operator_feed: Ints  # index into meta.feeds
    line_id: Strings  # route_id
    line_name: Strings
    line_operator: Ints
    line_mode: Bytes  # index into MODES

    # services (S), in order of service_no
    service_no: Longs
    service_ref: Strings  # trip_id
    service_number: Strings  # train or flight number for people
    service_headsign: Strings
    service_line: Ints
    service_tz: Ints  # the zone its times count in: the agency's
    service_calendar: Ints
    service_layout: Ints  # index into meta.layouts; -1 for none
    service_status: Bytes  # ON_SALE, RETIRED, NOT_SOLD
    service_shape: Ints  # index into shape_end; -1 for none
    call_start: Ints  # S + 1: the calls of service i are call_start[i] : call_start[i + 1]

    # calls (C)
    call_place: Ints
    call_arr_s: Ints  # seconds after noon minus twelve hours of the service day, in service_tz
    call_dep_s: Ints
    call_flags: Bytes  # CAN_BOARD | CAN_ALIGHT
    call_distance_m: Ints  # along the route from the first call

    # calendars (K): one byte per day, 1 = runs
    calendar_first_day: Ints  # day number of the first byte
    calendar_start: Longs  # K + 1
    calendar_runs: Bytes

    # shapes: points of shape i end at shape_end[i]
    shape_end: Longs
    shape_lat: Floats
    shape_lon: Floats

    def find_service(self, service_no: int) -> int | None:
        """The index of a service, or None."""
        index = int(self.service_no.searchsorted(service_no))
        if index < len(self.service_no) and int(self.service_no[index]) == service_no:
            return index
        return None

    def runs_on(self, service: int, day: int) -> bool:
        """Whether the service at this index has a departure on a day number."""
        calendar = int(self.service_calendar[service])
        start, end = int(self.calendar_start[calendar]), int(self.calendar_start[calendar + 1])
        position = start + day - int(self.calendar_first_day[calendar])
        return start <= position < end and bool(self.calendar_runs[position])

    def sections(self, service: int) -> int:
        """How many sections a departure of this service has."""
        return int(self.call_start[service + 1] - self.call_start[service]) - 1

    def layout_of(self, service: int) -> Layout | None:
        index = int(self.service_layout[service])
        return None if index < 0 else self.meta.layouts[index]
