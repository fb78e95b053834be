"""The state of every unit of a departure for one leg."""

from __future__ import annotations

import time

from wayfare.contracts.inventory.api import GetSeatMap, SeatMap, UnitState
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.domain.layout_index import LayoutIndex

PICTURE_AGE_S = 1.0


async def get_seat_map(message: GetSeatMap, pictures: Pictures, departures: Departures) -> SeatMap:
    """Units of cabins without seat numbers are unavailable: nobody can choose them.

    Raises NotFound, ValidationFailed, Unavailable.
    """
    departure = departures.get(message.departure_id)
    departure.check_leg(message.from_call, message.to_call)
    picture = await pictures.get(message.departure_id, time.monotonic() - PICTURE_AGE_S)
    free = picture.common(message.from_call, message.to_call)
    index = picture.index
    states = tuple(unit_state(index, free, number) for number in range(len(index.layout.units)))
    return SeatMap(index.layout.code, states)


def unit_state(index: LayoutIndex, free: int, number: int) -> UnitState:
    """The state of the unit at a place of the layout, by the slots that are free."""
    if not index.on_sale >> number & 1:
        return "unavailable"
    return "free" if free >> number & 1 else "taken"
