"""Reads the demonstration network's tables (`network/<feed>/*.csv`) into plain records.

The tables are the source of truth: places, operators, lines, patterns (the calls of a service with the
time elapsed since it left its origin) and services (numbers and departures in local time).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NETWORK = Path(__file__).parent / "network"

_NUMBER = re.compile(r"([A-Z]*)(\d+)")
_EVERY_DAY = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Place:
    """A station, stop or airport; `names` maps a language tag to the name in that language."""

    place_id: str
    code: str
    name: str
    latitude: str
    longitude: str
    timezone: str
    platforms: tuple[str, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PatternCall:
    """One call of a pattern; times are minutes since the service left its origin."""

    place_id: str
    arrival_min: int
    departure_min: int


@dataclass(frozen=True, slots=True)
class Service:
    """A numbered service; `departure_min` is local time at its origin, `weekdays` are ISO (1 = Monday)."""

    line_id: str
    number: str
    departure_min: int
    weekdays: frozenset[int]
    direction: int
    calls: tuple[PatternCall, ...]


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One feed; `operators`, `lines` and `connections` are rows as they stand in the files."""

    feed_id: str
    title: str
    timezone: str
    language: str
    operators: tuple[Mapping[str, str], ...]
    lines: tuple[Mapping[str, str], ...]
    connections: tuple[Mapping[str, str], ...]
    places: Mapping[str, Place]
    services: tuple[Service, ...]


def read_network(folder: Path = NETWORK) -> list[FeedSource]:
    """The feeds named by `feeds.csv`, in its order."""
    return [_read_feed(folder, row) for row in _rows(folder / "feeds.csv")]


def _read_feed(folder: Path, row: Mapping[str, str]) -> FeedSource:
    home = folder / row["feed_id"]
    patterns = {r["pattern_id"]: _parse_calls(r["calls"]) for r in _rows(home / "patterns.csv")}
    return FeedSource(
        feed_id=row["feed_id"],
        title=row["title"],
        timezone=row["timezone"],
        language=row["language"],
        operators=tuple(_rows(home / "operators.csv")),
        lines=tuple(_rows(home / "lines.csv")),
        connections=tuple(_rows(home / "connections.csv")),
        places={r["place_id"]: _parse_place(r) for r in _rows(home / "places.csv")},
        services=tuple(s for r in _rows(home / "services.csv") for s in _expand_services(r, patterns)),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _parse_place(row: Mapping[str, str]) -> Place:
    pairs = (item.partition("=") for item in row["names"].split(";") if item)
    return Place(
        place_id=row["place_id"],
        code=row["code"],
        name=row["name"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        timezone=row["timezone"],
        platforms=tuple(_parse_platforms(row["platforms"])),
        names={language: name for language, _, name in pairs},
    )


def _parse_platforms(text: str) -> Iterator[str]:
    """`3-5,31` is 3, 4, 5, 31; letters stand alone (`A,B`)."""
    for item in filter(None, text.split(",")):
        first, dash, last = item.partition("-")
        if dash:
            yield from (str(number) for number in range(int(first), int(last) + 1))
        else:
            yield item


def _parse_calls(text: str) -> tuple[PatternCall, ...]:
    """`NDLS 0:00; KOTA 4:53/4:58; MMCT 15:35`: place, then arrival/departure (one time where both agree)."""
    calls = []
    for item in text.split("; "):
        place_id, times = item.split(" ")
        arrival, _, departure = times.partition("/")
        calls.append(PatternCall(place_id, _minutes(arrival), _minutes(departure or arrival)))
    return tuple(calls)


def _expand_services(row: Mapping[str, str], patterns: Mapping[str, tuple[PatternCall, ...]]) -> Iterator[Service]:
    """A row is one service, or with `last` and `every_min` a series whose numbers grow by `step`."""
    calls = patterns[row["pattern_id"]]
    back = row["direction"] == "back"
    if back:
        calls = _reversed(calls)
    match = _NUMBER.fullmatch(row["number"])
    if match is None:
        raise ValueError(f"{row['number']!r} is no service number (letters, then digits)")
    prefix, number = match[1], int(match[2])
    first = _minutes(row["first"])
    last = _minutes(row["last"]) if row["last"] else first
    for i, departure_min in enumerate(range(first, last + 1, int(row["every_min"] or 1))):
        yield Service(
            line_id=row["line_id"],
            number=f"{prefix}{number + i * int(row['step'] or 0)}",
            departure_min=departure_min,
            weekdays=_parse_weekdays(row["days"]),
            direction=int(back),
            calls=calls,
        )


def _reversed(calls: tuple[PatternCall, ...]) -> tuple[PatternCall, ...]:
    """The way back takes as long as the way out, hop by hop."""
    total = calls[-1].arrival_min
    return tuple(PatternCall(c.place_id, total - c.departure_min, total - c.arrival_min) for c in reversed(calls))


def _parse_weekdays(text: str) -> frozenset[int]:
    """`daily`, or ISO weekday digits with dashes for the days off (`12-4567`)."""
    return _EVERY_DAY if text == "daily" else frozenset(int(d) for d in text if d != "-")


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
