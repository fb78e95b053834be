"""A leg as requests name it, `?from=&to=`: call indexes, or ids or codes of the service's own places and stations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, TypeAlias

from fastapi import Query

from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.kernel.errors import ValidationFailed

_ABOUT = "Call index, place id or place code; the whole way without"
FromText: TypeAlias = Annotated[str | None, Query(alias="from", description=_ABOUT, max_length=200)]
ToText: TypeAlias = Annotated[str | None, Query(alias="to", description=_ABOUT, max_length=200)]


def find_leg(timetable: Timetable, service: int, from_text: str | None, to_text: str | None) -> tuple[int, int]:
    """The calls at both ends, for the service at an index; the first and the last one where nothing is said.

    Indexes are not compared with what there is. Raises ValidationFailed for a place that it does not call at.
    """
    names = _names(timetable, service)
    from_call = 0 if from_text is None else _find_call(from_text, names, 0, "from")
    to_call = len(names) - 1 if to_text is None else _find_call(to_text, names, from_call + 1, "to")
    return from_call, to_call


def _names(timetable: Timetable, service: int) -> list[frozenset[str]]:
    """What the place and the station of each call go by: ids and codes, in upper case."""
    first, end = int(timetable.call_start[service]), int(timetable.call_start[service + 1])
    places = [int(place) for place in timetable.call_place[first:end]]
    stations = [int(timetable.place_station[place]) for place in places]
    return [
        frozenset(
            name.upper() for index in both for name in (timetable.place_id[index], timetable.place_code[index]) if name
        )
        for both in zip(places, stations, strict=True)
    ]


def _find_call(text: str, names: Sequence[Collection[str]], start: int, field: str) -> int:
    """The call of an index, or the first one from `start` on at a place."""
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    for call in range(start, len(names)):
        if text.upper() in names[call]:
            return call
    raise ValidationFailed.of(field, f"the departure does not call at {text[:60]!r} there")
