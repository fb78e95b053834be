"""Asking inventory what is sold."""

from __future__ import annotations

from collections.abc import Sequence

from wayfare.contracts.inventory.api import FindSold, InventoryApi
from wayfare.kernel.ids import departure_day, departure_service
from wayfare.kernel.time import Clock, day_number, utc
from wayfare.services.catalogue.domain.reconcile import EN_ROUTE_DAYS

_ASK_MAX = 5_000
"""Services asked about in one message."""


def today(clock: Clock) -> int:
    """The day number of the clock's day in UTC."""
    return day_number(utc(clock.now_s()).date())


async def find_sold(inventory: InventoryApi, service_nos: Sequence[int], day: int) -> dict[int, set[int]]:
    """Day numbers with anything held or sold, by service: from some days before `day`, as departures of those
    may still be on their way."""
    sold: dict[int, set[int]] = {}
    for start in range(0, len(service_nos), _ASK_MAX):
        message = FindSold(tuple(service_nos[start : start + _ASK_MAX]), day - EN_ROUTE_DAYS)
        for departure in (await inventory.find_sold(message)).departure_ids:
            sold.setdefault(departure_service(departure), set()).add(departure_day(departure))
    return sold
