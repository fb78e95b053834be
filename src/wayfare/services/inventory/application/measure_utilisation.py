"""How full today's departures are."""

from __future__ import annotations

from wayfare.kernel.time import Clock
from wayfare.services.inventory.application.departures import Departures, business_day
from wayfare.services.inventory.application.ports import HoldStore


async def measure_utilisation(store: HoldStore, departures: Departures, clock: Clock) -> float:
    """The share of seat sections held or sold, over today's departures of which any is; 0.0 when there are none.

    A seat section is one unit on one section. Today is the business day in UTC.
    """
    taken = offered = 0
    for departure_id, seat_sections in await store.count_taken(business_day(clock.now_s())):
        departure = departures.find(departure_id)
        if departure is not None:
            taken += seat_sections
            offered += departure.index.on_sale.bit_count() * departure.sections
    return taken / offered if offered else 0.0
