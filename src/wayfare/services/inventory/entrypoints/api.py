"""The contract InventoryApi, in this process."""

from __future__ import annotations

from dataclasses import dataclass

from wayfare.contracts.inventory import api as contract
from wayfare.kernel.ids import departure_id
from wayfare.services.inventory.application.confirm_hold import confirm_hold
from wayfare.services.inventory.application.count_free import count_free
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.get_hold import get_hold, list_confirmed
from wayfare.services.inventory.application.get_seat_map import get_seat_map
from wayfare.services.inventory.application.guard_holds import GuardHolds
from wayfare.services.inventory.application.limit_holds import LimitHolds
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.application.release_hold import release_hold


@dataclass(frozen=True)
class Inventory:
    """Implements `contract.InventoryApi`; what each method raises stands there."""

    departures: Departures
    pictures: Pictures
    store: HoldStore
    place: GuardHolds
    placed: PlacedHolds
    limits: LimitHolds

    async def place_hold(self, message: contract.PlaceHold) -> contract.Hold:
        return await self.place(message)

    async def get_hold(self, message: contract.FindHold) -> contract.Hold:
        return await get_hold(message, self.store, self.departures, self.placed)

    async def confirm_hold(self, message: contract.ConfirmHold) -> contract.Hold:
        hold = await confirm_hold(message, self.store, self.departures, self.placed)
        self.limits.ended(message.hold_id)
        return hold

    async def release_hold(self, message: contract.ReleaseHold) -> contract.Hold:
        hold = await release_hold(message, self.store, self.pictures, self.departures, self.placed)
        self.limits.ended(message.hold_id)
        return hold

    async def count_free(self, message: contract.CountFree) -> contract.FreeUnits:
        return await count_free(message, self.pictures, self.departures)

    async def get_seat_map(self, message: contract.GetSeatMap) -> contract.SeatMap:
        return await get_seat_map(message, self.pictures, self.departures)

    async def find_sold(self, message: contract.FindSold) -> contract.SoldDepartures:
        sold = await self.store.find_sold(message.service_nos, departure_id(message.from_day, 1))
        return contract.SoldDepartures(tuple(sold))

    async def list_confirmed(self, message: contract.ListHolds) -> contract.HoldsPage:
        return await list_confirmed(message, self.store, self.departures)

    async def check(self, _: contract.CheckInventory) -> contract.Findings:
        return await self.store.check()
