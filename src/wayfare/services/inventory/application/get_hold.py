"""Look at a hold."""

from __future__ import annotations

from wayfare.contracts.inventory.api import FindHold, Hold, HoldsPage, ListHolds
from wayfare.kernel.errors import NotFound
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.application.show_hold import show_hold

PAGE_MAX = 10_000


async def get_hold(message: FindHold, store: HoldStore, departures: Departures, placed: PlacedHolds) -> Hold:
    """Raises NotFound, Unavailable."""
    remembered = placed.find(message.hold_id) if message.remembered else None
    if remembered is not None:
        return remembered
    record = await store.find(message.hold_id)
    if record is None:
        raise NotFound(f"there is no hold {message.hold_id}")
    return show_hold(record, departures)


async def list_confirmed(message: ListHolds, store: HoldStore, departures: Departures) -> HoldsPage:
    records = await store.list_confirmed(message.after, min(message.limit, PAGE_MAX))
    return HoldsPage(tuple(show_hold(record, departures) for record in records))
