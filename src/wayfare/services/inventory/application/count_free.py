"""Count what is free on many legs at once, for searches. The answer may be up to two seconds old.

Searches outlive the database: when it does not answer, the last pictures serve, of any age, and the answer says so.
"""

from __future__ import annotations

import asyncio
import time

from wayfare.contracts.inventory.api import CountFree, FreeUnits, LegRequest
from wayfare.kernel.errors import Unavailable
from wayfare.services.inventory.application.departures import Departure, Departures
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.domain.picture import Picture

PICTURE_AGE_S = 2.0
READ_S_MAX = 2.0
"""A search waits no longer for a database that hangs."""


async def count_free(message: CountFree, pictures: Pictures, departures: Departures) -> FreeUnits:
    """A departure that is not in the timetable has nothing to sell."""
    not_before = time.monotonic() - PICTURE_AGE_S
    known: dict[int, Picture | None] = {}
    for leg in message.legs:
        if leg.departure_id not in known and departures.find(leg.departure_id) is not None:
            known[leg.departure_id] = pictures.find(leg.departure_id, not_before)
    stale = [departure_id for departure_id, picture in known.items() if picture is None]
    current = True
    if stale:
        try:
            async with asyncio.timeout(READ_S_MAX):
                fresh = await asyncio.gather(*(pictures.get(departure_id, not_before) for departure_id in stale))
            known.update(zip(stale, fresh, strict=True))
        except (TimeoutError, Unavailable):
            current = False
            known.update({departure_id: pictures.find(departure_id, 0.0) for departure_id in stale})
    counted = [_count(leg, departures.find(leg.departure_id), known.get(leg.departure_id)) for leg in message.legs]
    return FreeUnits(tuple(free for free, _ in counted), tuple(total for _, total in counted), current)


def _count(
    leg: LegRequest, departure: Departure | None, picture: Picture | None
) -> tuple[dict[str, int], dict[str, int]]:
    if departure is None or not 0 <= leg.from_call < leg.to_call <= departure.sections:
        return {}, {}
    index = departure.index if picture is None else picture.index
    free = index.totals if picture is None else picture.count(leg.from_call, leg.to_call)
    if not leg.cabin:
        return free, index.totals
    return {leg.cabin: free.get(leg.cabin, 0)}, {leg.cabin: index.totals.get(leg.cabin, 0)}
