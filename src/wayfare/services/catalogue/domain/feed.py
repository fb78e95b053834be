"""A feed in the catalogue's words: what reading gives and the database keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wayfare.contracts.catalogue.fares import FeedFare
from wayfare.services.catalogue.domain.calendars import Calendar

Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]

NO_TRANSFER_S = 30 * 86_400
"""The time to change where transfers.txt says that one cannot: longer than any trip."""


@dataclass(frozen=True, slots=True)
class Operator:
    operator_id: str
    name: str
    tz: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A stop, platform or station. `station` is the stop_id of the station, its own for a station."""

    stop_id: str
    name: str
    station: str
    tz: str
    code: str = ""
    platform: str = ""
    zone: str = ""
    lat: float = float("nan")
    lon: float = float("nan")


@dataclass(frozen=True, slots=True)
class Alias:
    stop_id: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    line_id: str
    name: str
    operator_id: str
    mode: int  # index into MODES


@dataclass(frozen=True, slots=True)
class Footpath:
    """Between stations, by stop_id; from = to: the time to change there."""

    from_stop: str
    to_stop: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Shape:
    shape_id: str
    lat: Floats
    lon: Floats


@dataclass(slots=True)
class Services:
    """Services in columns. The calls of service i are `start[i]` : `start[i + 1]`; `place` indexes Feed.places."""

    ref: list[str]
    number: list[str]
    headsign: list[str]
    line: list[int]  # index into Feed.lines
    calendar: list[int]  # index into Feed.calendars
    shape: list[str]  # "" for none
    start: Ints
    place: Ints
    arr_s: Ints
    dep_s: Ints
    flags: Bytes
    distance_m: Ints

    def __len__(self) -> int:
        return len(self.ref)


@dataclass(slots=True)
class Feed:
    feed_id: str
    version: str
    publisher: str
    language: str
    operators: list[Operator]
    places: list[Place]
    lines: list[Line]
    calendars: list[Calendar]
    services: Services
    aliases: list[Alias] = field(default_factory=list)
    footpaths: list[Footpath] = field(default_factory=list)
    shapes: Sequence[Shape] = ()
    fares: tuple[FeedFare, ...] = ()
    rows_read: dict[str, int] = field(default_factory=dict)
    rows_kept: dict[str, int] = field(default_factory=dict)
