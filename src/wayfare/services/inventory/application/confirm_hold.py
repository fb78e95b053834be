"""Confirm a hold for a booking: from then on its units are sold."""

from __future__ import annotations

from wayfare.contracts.inventory.api import ConfirmHold, Hold
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.application.show_hold import show_hold


async def confirm_hold(message: ConfirmHold, store: HoldStore, departures: Departures, placed: PlacedHolds) -> Hold:
    """Raises NotFound, HoldExpired, HoldUsed, Unavailable."""
    placed.drop(message.hold_id)
    return show_hold(await store.confirm(message), departures)
