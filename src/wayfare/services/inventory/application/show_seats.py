"""The layout of a departure with the state of each unit for one leg, as people are shown it."""

from __future__ import annotations

from typing import Any

from wayfare.contracts.catalogue.layout import Unit
from wayfare.contracts.inventory.api import CountFree, GetSeatMap, InventoryApi, LegRequest, UnitState
from wayfare.infrastructure.legs import find_leg
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import NotFound
from wayfare.kernel.ids import departure_service, format_departure
from wayfare.services.inventory.application.departures import Departures


class ShowSeats:
    def __init__(self, api: InventoryApi, departures: Departures, timetables: TimetableStore) -> None:
        self._api = api
        self._departures = departures
        self._timetables = timetables

    async def __call__(self, departure_id: int, from_text: str | None, to_text: str | None) -> dict[str, Any]:
        """`from_text` and `to_text`: see infrastructure/legs.py.

        Raises NotFound, ValidationFailed, Unavailable.
        """
        _, from_call, to_call = self.find_leg(departure_id, from_text, to_text)
        seat_map = await self._api.get_seat_map(GetSeatMap(departure_id, from_call, to_call))
        counted = await self._api.count_free(CountFree((LegRequest(departure_id, from_call, to_call, ""),)))
        layout = self._departures.get(departure_id).index.layout
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

    def find_leg(self, departure_id: int, from_text: str | None, to_text: str | None) -> tuple[int, int, int]:
        """The departure and the calls at both ends. Raises NotFound, ValidationFailed, Unavailable."""
        self._departures.get(departure_id)
        timetable = self._timetables.get_current()
        service = timetable.find_service(departure_service(departure_id))
        if service is None:  # it went with a timetable that came this moment
            raise NotFound(f"there is no departure {format_departure(departure_id)}")
        return departure_id, *find_leg(timetable, service, from_text, to_text)


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
