"""Count what is free on many legs at once, for searches. The answer may be up to two seconds old."""

from __future__ import annotations

import asyncio
import time

from wayfare.contracts.inventory.api import CountFree, FreeUnits, LegRequest
from wayfare.services.inventory.application.departures import Departure, Departures
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.domain.picture import Picture

PICTURE_AGE_S = 2.0


async def count_free(message: CountFree, pictures: Pictures, departures: Departures) -> FreeUnits:
    """Raises Unavailable. A departure that is not in the timetable has nothing to sell."""
    not_before = time.monotonic() - PICTURE_AGE_S
    known: dict[int, Picture | None] = {}
    for leg in message.legs:
        if leg.departure_id not in known and departures.find(leg.departure_id) is not None:
            known[leg.departure_id] = pictures.find(leg.departure_id, not_before)
    stale = [departure_id for departure_id, picture in known.items() if picture is None]
    if stale:
        fresh = await asyncio.gather(*(pictures.get(departure_id, not_before) for departure_id in stale))
        known.update(zip(stale, fresh, strict=True))
    counted = [_count(leg, departures.find(leg.departure_id), known.get(leg.departure_id)) for leg in message.legs]
    return FreeUnits(tuple(free for free, _ in counted), tuple(total for _, total in counted))


def _count(
    leg: LegRequest, departure: Departure | None, picture: Picture | None
) -> tuple[dict[str, int], dict[str, int]]:
    if departure is None or picture is None or not 0 <= leg.from_call < leg.to_call <= departure.sections:
        return {}, {}
    free, index = picture.count(leg.from_call, leg.to_call), picture.index
    if not leg.cabin:
        return free, index.totals
    return {leg.cabin: free.get(leg.cabin, 0)}, {leg.cabin: index.totals.get(leg.cabin, 0)}
