"""Give units back: a hold let go, or a booking cancelled in whole or for some passengers."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Hold, ReleaseHold
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.application.show_hold import show_hold


async def release_hold(
    message: ReleaseHold, store: HoldStore, pictures: Pictures, departures: Departures, placed: PlacedHolds
) -> Hold:
    """Raises NotFound, HoldUsed, Unavailable."""
    placed.drop(message.hold_id)
    released = await store.release(message)
    pictures.drop(released.departures)
    return show_hold(released.hold, departures)
