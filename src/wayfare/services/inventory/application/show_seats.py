"""The layout of a departure with the state of each unit for one leg, as people are shown it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from wayfare.contracts.catalogue.layout import Unit
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.contracts.inventory.api import CountFree, GetSeatMap, InventoryApi, LegRequest, UnitState
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.ids import departure_service, format_departure
from wayfare.services.inventory.application.departures import Departure, Departures


class ShowSeats:
    def __init__(self, api: InventoryApi, departures: Departures, timetables: TimetableStore) -> None:
        self._api = api
        self._departures = departures
        self._timetables = timetables

    async def __call__(self, departure_id: int, from_text: str | None, to_text: str | None) -> dict[str, Any]:
        """`from_text` and `to_text` are call indexes, or ids or codes of the departure's own places and stations;
        the whole way when they are missing.

        Raises NotFound, ValidationFailed, Unavailable.
        """
        departure = self._departures.get(departure_id)
        places = self._places(departure)
        from_call = 0 if from_text is None else find_call(from_text, places, 0, "from")
        to_call = departure.sections if to_text is None else find_call(to_text, places, from_call + 1, "to")
        seat_map = await self._api.get_seat_map(GetSeatMap(departure_id, from_call, to_call))
        counted = await self._api.count_free(CountFree((LegRequest(departure_id, from_call, to_call, ""),)))
        layout = departure.index.layout
        return {
            "departure_id": format_departure(departure_id),
            "from_call": from_call,
            "to_call": to_call,
            "layout": layout.code,
            "layout_name": layout.name,
            "cabins": [
                {
                    "cabin": cabin.code,
                    "name": cabin.name,
                    "numbered": cabin.numbered,
                    "free": counted.free[0].get(cabin.code, 0),
                    "total": counted.total[0].get(cabin.code, 0),
                }
                for cabin in layout.cabins
            ],
            "coaches": _coaches(layout.units, seat_map.states),
        }

    def _places(self, departure: Departure) -> list[frozenset[str]]:
        """What the place and the station of each call go by: ids and codes, in upper case."""
        timetable: Timetable = self._timetables.get_current()
        service = timetable.find_service(departure_service(departure.departure_id))
        if service is None:
            return []
        first, end = int(timetable.call_start[service]), int(timetable.call_start[service + 1])
        places = [int(place) for place in timetable.call_place[first:end]]
        stations = [int(timetable.place_station[place]) for place in places]
        return [
            frozenset(
                name.upper()
                for index in both
                for name in (timetable.place_id[index], timetable.place_code[index])
                if name
            )
            for both in zip(places, stations, strict=True)
        ]


def find_call(text: str, places: Sequence[Collection[str]], start: int, field: str) -> int:
    """The call of an index, or the first one from `start` on at a place. Raises ValidationFailed."""
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    for call in range(start, len(places)):
        if text.upper() in places[call]:
            return call
    raise ValidationFailed.of(field, f"the departure does not call at {text[:60]!r} there")


def _coaches(units: tuple[Unit, ...], states: tuple[UnitState, ...]) -> list[dict[str, Any]]:
    coaches: dict[str, list[dict[str, Any]]] = {}
    for unit, state in zip(units, states, strict=True):
        coaches.setdefault(unit.coach, []).append(
            {
                "unit": unit.unit_id,
                "label": unit.label,
                "cabin": unit.cabin,
                "deck": unit.deck,
                "row": unit.row,
                "column": unit.column,
                "bay": unit.bay,
                "features": unit.features,
                "state": state,
            }
        )
    return [{"coach": coach, "units": listed} for coach, listed in coaches.items()]
