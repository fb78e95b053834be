"""A new version of a feed against the services known: who keeps its number, and which sold departures stay.

A service is the same when its trip ref and its sequence of places are; its times may change. Numbers are never
given to another service. What was sold stays valid: a service that vanished, whose places changed, or that no
longer runs on a sold day is kept as RETIRED on its sold days alone, and its successor does not run on those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from wayfare.contracts.catalogue.timetable import NOT_SOLD, ON_SALE, RETIRED
from wayfare.kernel.ids import departure_id, format_departure
from wayfare.services.catalogue.domain.calendars import NEVER, Calendar

WITHDRAWN = 3
"""Left the feed and nothing of it is sold: known to the database alone, so that its number can come back."""

EN_ROUTE_DAYS = 4
"""Departures of so many days ago may still be on their way: times go up to 86:00 in real feeds."""

_LIVE = (ON_SALE, NOT_SOLD)
ChangeKind = Literal["vanished", "changed", "days_withdrawn", "retimed", "layout_kept"]


@dataclass(frozen=True, slots=True)
class Known:
    """A service the database has."""

    service_no: int
    ref: str
    places_key: bytes
    times_key: bytes
    status: int
    calendar: Calendar
    layout: str | None
    changed_day: int
    content_key: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A service of the new version."""

    ref: str
    places_key: bytes
    times_key: bytes
    calendar: Calendar
    layout: str | None


class SoldChange(msgspec.Struct, frozen=True):
    """Something the operator of the feed should know, because departures of it are held or sold."""

    kind: ChangeKind
    service_no: int
    ref: str
    departures: tuple[str, ...]  # public ids
    successor_no: int | None = None


@dataclass(slots=True)
class Decision:
    """For each incoming service its number (None: a new one), days and layout; and what becomes of the others."""

    numbers: list[int | None] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    layouts: list[str | None] = field(default_factory=list)
    retired: dict[int, Calendar] = field(default_factory=dict)
    withdrawn: list[int] = field(default_factory=list)
    changes: list[tuple[SoldChange, int | None]] = field(default_factory=list)  # with the index of the successor
    losing: list[int] = field(default_factory=list)  # services that lose days from today on


def _groups(known: Iterable[Known]) -> dict[str, list[Known]]:
    groups: dict[str, list[Known]] = {}
    for service in known:
        groups.setdefault(service.ref, []).append(service)
    return groups


def _candidates(group: Sequence[Known], new: Incoming) -> list[Known]:
    """Who may be the same service as the new one: the live one first, then the latest of the retired."""
    same = [service for service in group if service.places_key == new.places_key]
    return sorted(same, key=lambda service: (service.status not in _LIVE, service.status, -service.service_no))


def services_to_ask_about(known: Sequence[Known], incoming: Sequence[Incoming], today: int) -> list[int]:
    """The numbers of services of which it matters what is sold. Everything else stays exactly as it is."""
    groups = _groups(known)
    by_ref = {new.ref: new for new in incoming}
    asked: list[int] = []
    for ref, group in groups.items():
        new = by_ref.get(ref)
        if len(group) == 1 and new is not None and _is_untouched(group[0], new, today):
            continue
        # One that was withdrawn days ago was asked about then, and nobody could buy it since.
        asked += [
            service.service_no for service in group if service.status != WITHDRAWN or service.changed_day >= today - 1
        ]
    return sorted(asked)


def _is_untouched(service: Known, new: Incoming, today: int) -> bool:
    if service.status not in _LIVE or service.layout != new.layout:
        return False
    if (service.places_key, service.times_key) != (new.places_key, new.times_key):
        return False
    if service.calendar == new.calendar:
        return True
    first = today - EN_ROUTE_DAYS
    return all(day in new.calendar for day in service.calendar.days() if day >= first)


def decide(known: Sequence[Known], incoming: Sequence[Incoming], sold: Mapping[int, Set[int]], today: int) -> Decision:
    """Match the new version with what is known. `sold` gives day numbers by service number."""
    groups = _groups(known)
    decision = Decision()
    for index, new in enumerate(incoming):
        group = groups.pop(new.ref, [])
        _place(decision, index, new, group, sold, today)
    for group in groups.values():
        for service in group:
            _let_go(decision, service, sold, "vanished", None)
    return decision


def _place(
    decision: Decision, index: int, new: Incoming, group: Sequence[Known], sold: Mapping[int, Set[int]], today: int
) -> None:
    match: Known | None = None
    calendar = NEVER
    for service in _candidates(group, new):
        others = {day for other in group if other is not service for day in sold.get(other.service_no, ())}
        calendar = new.calendar.without(others)
        lost = {day for day in sold.get(service.service_no, ()) if day not in calendar}
        if all(day < today for day in lost):
            match = service
            calendar = calendar.including(lost)
            break
    if match is None:
        gone = {day for other in group for day in sold.get(other.service_no, ())}
        calendar = new.calendar.without(gone)
    elif not calendar:
        match = None  # every day is taken by its predecessors
    elif any(day >= today and day not in calendar for day in match.calendar.days()):
        decision.losing.append(match.service_no)
    decision.numbers.append(match.service_no if match else None)
    decision.calendars.append(calendar)
    decision.layouts.append(_layout(decision, new, match, sold))
    if match and match.times_key != new.times_key:
        _note(decision, "retimed", match, sold, None)
    for service in group:
        if service is not match:
            kind: ChangeKind = "days_withdrawn" if service.places_key == new.places_key else "changed"
            _let_go(decision, service, sold, kind, index)


def _layout(decision: Decision, new: Incoming, match: Known | None, sold: Mapping[int, Set[int]]) -> str | None:
    """A sold seat must stay the seat it was: a service with sold departures keeps its layout."""
    if match is None or match.layout is None or match.layout == new.layout:
        return new.layout
    if not sold.get(match.service_no):
        return new.layout
    _note(decision, "layout_kept", match, sold, None)
    return match.layout


def _let_go(
    decision: Decision, service: Known, sold: Mapping[int, Set[int]], kind: ChangeKind, successor: int | None
) -> None:
    days = sold.get(service.service_no, set())
    if service.status in _LIVE:
        decision.losing.append(service.service_no)
    if days:
        decision.retired[service.service_no] = Calendar.of(days)
        if service.status != RETIRED:
            _note(decision, kind, service, sold, successor)
    elif service.status != WITHDRAWN:
        decision.withdrawn.append(service.service_no)


def _note(
    decision: Decision, kind: ChangeKind, service: Known, sold: Mapping[int, Set[int]], successor: int | None
) -> None:
    days = sorted(sold.get(service.service_no, ()))
    if days:
        departures = tuple(format_departure(departure_id(day, service.service_no)) for day in days)
        decision.changes.append((SoldChange(kind, service.service_no, service.ref, departures), successor))
