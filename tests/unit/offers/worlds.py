"""Small timetables built by hand, fluently: `World().station("A").service("1", "A 08:00 B 09:00")…`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from wayfare.contracts.catalogue.fares import FareFamily, FeedFare, Tariff
from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit
from wayfare.contracts.catalogue.timetable import (
    CAN_ALIGHT,
    CAN_BOARD,
    MODES,
    ON_SALE,
    Feed,
    Strings,
    Timetable,
    TimetableMeta,
)

BOTH = CAN_BOARD | CAN_ALIGHT


@dataclass
class Station:
    name: str
    code: str = ""
    tz: str = "UTC"
    lat: float = float("nan")
    lon: float = float("nan")
    connection_s: int = 300
    zone: str = ""
    feed: str = "f"
    parent: str | None = None
    platform: str = ""


@dataclass
class Call:
    place: str
    arr_s: int
    dep_s: int
    flags: int = BOTH
    distance_m: int = 0


@dataclass
class Service:
    ref: str
    calls: list[Call]
    days: tuple[int, ...]
    mode: str = "rail"
    tz: str = "UTC"
    line: str = "L"
    operator: str = "O"
    feed: str = "f"
    layout: int = 0
    status: int = ON_SALE


def seconds(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def two_class_layout(units: int = 4) -> Layout:
    cabins = (Cabin("first", "First class", 1), Cabin("second", "Second class", 2))
    return Layout(
        "train",
        "Train",
        "rail",
        cabins,
        tuple(Unit(f"{n}", "1", f"{n}", cabins[n % 2].code, 0, n, 0, 0) for n in range(units)),
    )


def standard_tariff(**changes: object) -> Tariff:
    facts: dict[str, object] = {
        "code": "std",
        "currency": "EUR",
        "base": Decimal("5"),
        "per_km": Decimal("0.10"),
        "cabins": {"first": Decimal("1.6")},
        "families": (
            FareFamily("saver", "Saver", Decimal("0.7"), ((168, Decimal("0.5")),), ()),
            FareFamily("flex", "Flex", Decimal(1), ((24, Decimal(0)), (0, Decimal("0.2"))), ((0, Decimal(0)),)),
        ),
        "categories": {"child": Decimal("0.5"), "senior": Decimal("0.8"), "student": Decimal("0.75")},
    }
    return Tariff(**{**facts, **changes})  # type: ignore[arg-type]


@dataclass
class World:
    stations: dict[str, Station] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    foot: list[tuple[str, str, int]] = field(default_factory=list)
    aliases: list[tuple[str, str, str]] = field(default_factory=list)
    layouts: tuple[Layout, ...] = field(default_factory=lambda: (two_class_layout(),))
    tariffs: tuple[Tariff, ...] = field(default_factory=lambda: (standard_tariff(),))
    fares: dict[str, tuple[FeedFare, ...]] = field(default_factory=dict)
    generation: int = 1

    def station(self, key: str, **facts: object) -> World:
        self.stations[key] = Station(**{"name": key, **facts})  # type: ignore[arg-type]
        return self

    def footpath(self, origin: str, goal: str, takes_s: int) -> World:
        self.foot.append((origin, goal, takes_s))
        return self

    def alias(self, key: str, text: str, language: str = "") -> World:
        self.aliases.append((key, text, language))
        return self

    def service(self, ref: str, text: str, days: tuple[int, ...] = (0,), **facts: object) -> World:
        """Calls as "A 08:00 B 08:30/08:35 C 09:00"; 1 km per minute of the way; days after 2026-06-15."""
        words = text.split()
        calls = []
        for place, times in zip(words[::2], words[1::2], strict=True):
            arr, _, dep = times.partition("/")
            calls.append(Call(place, seconds(arr), seconds(dep or arr)))
        start = calls[0].dep_s
        for call in calls:
            call.distance_m = max(0, (call.arr_s - start) * 1000 // 60)
        return self.add(Service(ref, calls, tuple(DAY + day for day in days), **facts))  # type: ignore[arg-type]

    def add(self, service: Service) -> World:
        self.services.append(service)
        for call in service.calls:
            if call.place not in self.stations:
                self.station(call.place)
        return self

    def build(self) -> Timetable:
        return _build(self)


DAY = 9662  # 2026-06-15, a Monday


def _build(world: World) -> Timetable:
    keys = list(world.stations)
    places = list(world.stations.values())
    at = {key: index for index, key in enumerate(keys)}
    zones = sorted({place.tz for place in places} | {service.tz for service in world.services} | {"UTC"})
    feeds = sorted({place.feed for place in places} | {service.feed for service in world.services} | {"f"})
    operators = sorted({(s.feed, s.operator) for s in world.services})
    lines = sorted({(s.feed, s.operator, s.line, s.mode) for s in world.services})
    first_day = min((min(s.days) for s in world.services if s.days), default=0)
    last_day = max((max(s.days) for s in world.services if s.days), default=0)
    width = last_day - first_day + 1
    runs = np.zeros((len(world.services), width), np.uint8)
    for index, service in enumerate(world.services):
        runs[index, [day - first_day for day in service.days]] = 1
    calls = [call for service in world.services for call in service.calls]
    foot = sorted((at[a], at[b], s) for a, b, s in world.foot)
    ints = lambda values: np.array(list(values), np.int32)  # noqa: E731
    return Timetable(
        meta=TimetableMeta(
            world.generation,
            tuple(zones),
            tuple(Feed(f, "1") for f in feeds),
            world.layouts,
            world.tariffs,
            world.fares,
        ),
        place_id=Strings.of([f"{place.feed}:{key}" for key, place in zip(keys, places, strict=True)]),
        place_name=Strings.of([place.name for place in places]),
        place_code=Strings.of([place.code for place in places]),
        place_platform=Strings.of([place.platform for place in places]),
        place_zone=Strings.of([place.zone for place in places]),
        place_tz=ints(zones.index(place.tz) for place in places),
        place_lat=np.array([place.lat for place in places], np.float64),
        place_lon=np.array([place.lon for place in places], np.float64),
        place_station=ints(at[place.parent] if place.parent else i for i, place in enumerate(places)),
        place_connection_s=ints(place.connection_s for place in places),
        alias_text=Strings.of([text for _, text, _ in world.aliases]),
        alias_language=Strings.of([language for *_, language in world.aliases]),
        alias_place=ints(at[key] for key, *_ in world.aliases),
        foot_from=ints(a for a, _, _ in foot),
        foot_to=ints(b for _, b, _ in foot),
        foot_s=ints(s for *_, s in foot),
        operator_id=Strings.of([operator for _, operator in operators]),
        operator_name=Strings.of([f"{operator} Transport" for _, operator in operators]),
        operator_feed=ints(feeds.index(feed) for feed, _ in operators),
        line_id=Strings.of([line for _, _, line, _ in lines]),
        line_name=Strings.of([f"Line {line}" for _, _, line, _ in lines]),
        line_operator=ints(operators.index((feed, operator)) for feed, operator, _, _ in lines),
        line_mode=np.array([MODES.index(mode) for *_, mode in lines], np.uint8),
        service_no=np.arange(1, len(world.services) + 1, dtype=np.int64),
        service_ref=Strings.of([s.ref for s in world.services]),
        service_number=Strings.of([s.ref for s in world.services]),
        service_headsign=Strings.of([s.calls[-1].place for s in world.services]),
        service_line=ints(lines.index((s.feed, s.operator, s.line, s.mode)) for s in world.services),
        service_tz=ints(zones.index(s.tz) for s in world.services),
        service_calendar=ints(range(len(world.services))),
        service_layout=ints(s.layout for s in world.services),
        service_status=np.array([s.status for s in world.services], np.uint8),
        service_shape=ints(-1 for _ in world.services),
        call_start=ints([0, *np.cumsum([len(s.calls) for s in world.services]).tolist()]),
        call_place=ints(at[call.place] for call in calls),
        call_arr_s=ints(call.arr_s for call in calls),
        call_dep_s=ints(call.dep_s for call in calls),
        call_flags=np.array([call.flags for call in calls], np.uint8),
        call_distance_m=ints(call.distance_m for call in calls),
        calendar_first_day=ints(first_day for _ in world.services),
        calendar_start=np.arange(len(world.services) + 1, dtype=np.int64) * width,
        calendar_runs=runs.ravel(),
        shape_end=np.zeros(0, np.int64),
        shape_lat=np.zeros(0, np.float64),
        shape_lon=np.zeros(0, np.float64),
    )
