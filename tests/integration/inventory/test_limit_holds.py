"""Limits of open holds, on real holds."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import msgspec
import pytest

from integration.inventory.world import NOW, wants
from wayfare.contracts.inventory.api import ConfirmHold, Hold, Holder, InventoryApi, ReleaseHold
from wayfare.contracts.offers.api import Offer
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid, SoldOut, TooManyHolds
from wayfare.kernel.time import FixedClock
from wayfare.services.inventory import wiring
from wayfare.services.inventory.application.limit_holds import HoldLimits

LIMITS = HoldLimits(customer=2, device=3, address=4, many_from="198.51.100.0/24")


@pytest.fixture
async def inventory(inventory_database: Database, timetables: TimetableStore) -> AsyncIterator[InventoryApi]:
    service = wiring.build(
        database=inventory_database,
        timetables=timetables,
        offer_seal=Seal(b"s" * 32, "offer", Offer, OfferInvalid),
        clock=FixedClock(NOW),
        sales_horizon_days=396,
        limits=LIMITS,
    )
    await service.start()
    yield service.api
    await service.stop()


async def hold(inventory: InventoryApi, address: str = "", device: str = "", customer: str = "", **wish: str) -> Hold:
    holder = Holder(address, device, customer)
    return await inventory.place_hold(msgspec.structs.replace(wants(**wish), holder=holder))  # type: ignore[arg-type]


class TestLimits:
    @pytest.mark.parametrize(("of", "limit"), [("customer", 2), ("device", 3), ("address", 4)])
    async def test_refuse_one_more(self, of: str, limit: int, inventory: InventoryApi) -> None:
        for _ in range(limit):
            await hold(inventory, **{of: "192.0.2.1"})
        with pytest.raises(TooManyHolds) as refused:
            await hold(inventory, **{of: "192.0.2.1"})
        assert refused.value.facts == {"of": of, "open": limit}
        await hold(inventory, **{of: "192.0.2.2"})

    async def test_refuse_one_more_of_many_at_once(self, inventory: InventoryApi) -> None:
        tries = [hold(inventory, customer="ada") for _ in range(12)]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(outcome, Hold) for outcome in outcomes) == 2
        assert sum(isinstance(outcome, TooManyHolds) for outcome in outcomes) == 10

    async def test_do_not_count_what_was_booked_or_let_go(self, inventory: InventoryApi) -> None:
        for _ in range(3):
            first, second = await hold(inventory, customer="ada"), await hold(inventory, customer="ada")
            await inventory.confirm_hold(ConfirmHold(first.hold_id, uuid.uuid4()))
            await inventory.release_hold(ReleaseHold(second.hold_id))

    async def test_count_a_repeated_request_once(self, inventory: InventoryApi) -> None:
        for _ in range(5):
            await hold(inventory, customer="ada", key="the same")
        await hold(inventory, customer="ada")
        with pytest.raises(TooManyHolds):
            await hold(inventory, customer="ada")

    async def test_do_not_count_what_came_to_nothing(self, inventory: InventoryApi) -> None:
        for _ in range(20):
            await inventory.place_hold(wants(cabin="first"))
        for _ in range(4):
            with pytest.raises(SoldOut):
                await hold(inventory, customer="ada", cabin="first")
        await hold(inventory, customer="ada")

    async def test_know_an_ipv6_household(self, inventory: InventoryApi) -> None:
        for host in range(4):
            await hold(inventory, address=f"2001:db8::{host + 1}")
        with pytest.raises(TooManyHolds):
            await hold(inventory, address="2001:db8::ffff")

    async def test_leave_networks_of_many_alone(self, inventory: InventoryApi) -> None:
        for _ in range(6):
            await hold(inventory, address="198.51.100.7")

    async def test_do_not_hold_for_unknown_holders(self, inventory: InventoryApi) -> None:
        for _ in range(6):
            await hold(inventory)
