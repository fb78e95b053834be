"""Limits of open holds, with two worker processes on one database."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import msgspec
import pytest

from integration.inventory.world import NOW, wants
from wayfare.bootstrap.schema import GATEWAY
from wayfare.contracts.inventory.api import ConfirmHold, Hold, Holder, InventoryApi, ReleaseHold
from wayfare.contracts.offers.api import Offer
from wayfare.gateway.limits.open_holds import OpenHolds
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import upgrade
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid, SoldOut, TooManyHolds
from wayfare.kernel.time import FixedClock
from wayfare.services.inventory import wiring
from wayfare.services.inventory.application.limit_holds import HoldLimits

SECRET = b"a secret of the tests that is long"
LIMITS = HoldLimits(customer=3, device=8)
"""From the first on they are told of customers, from the third on of devices."""


@pytest.fixture
async def workers(
    inventory_url: str, inventory_database: Database, timetables: TimetableStore
) -> AsyncIterator[list[InventoryApi]]:
    await upgrade(inventory_url, [GATEWAY])
    async with AsyncExitStack() as stack:
        apis: list[InventoryApi] = []
        for number in range(2):
            service = wiring.build(
                database=inventory_database,
                timetables=timetables,
                offer_seal=Seal(b"s" * 32, "offer", Offer, OfferInvalid),
                clock=FixedClock(NOW),
                worker_no=number,
                sales_horizon_days=396,
                limits=LIMITS,
                elsewhere=OpenHolds(inventory_database, SECRET),
            )
            await service.start()
            stack.push_async_callback(service.stop)
            apis.append(service.api)
        yield apis


async def hold(worker: InventoryApi, customer: str = "", device: str = "", **wish: str) -> Hold:
    holder = Holder("", device, customer)
    return await worker.place_hold(msgspec.structs.replace(wants(**wish), holder=holder))  # type: ignore[arg-type]


async def test_they_hold_for_all_together(workers: list[InventoryApi]) -> None:
    for number in range(3):
        await hold(workers[number % 2], "ada")
    for worker in workers:
        with pytest.raises(TooManyHolds) as refused:
            await hold(worker, "ada")
        assert refused.value.facts == {"of": "customer", "open": 3}
        await hold(worker, "eve")


async def test_they_hold_when_all_ask_at_once(workers: list[InventoryApi]) -> None:
    tries = [hold(workers[number % 2], "ada") for number in range(16)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    placed = sum(isinstance(outcome, Hold) for outcome in outcomes)
    assert placed <= 3  # perhaps none: each sees the others, who are not refused yet
    assert placed + sum(isinstance(outcome, TooManyHolds) for outcome in outcomes) == 16
    for _ in range(3 - placed):  # whoever was refused in the throng gets the rest
        await hold(workers[0], "ada")
    with pytest.raises(TooManyHolds):
        await hold(workers[1], "ada")


async def test_what_ended_anywhere_does_not_count(workers: list[InventoryApi]) -> None:
    one, other = workers
    for _ in range(3):
        first, second, third = [await hold(one, "ada") for _ in range(3)]
        await other.confirm_hold(ConfirmHold(first.hold_id, uuid.uuid4()))
        await other.release_hold(ReleaseHold(second.hold_id))
        await other.release_hold(ReleaseHold(third.hold_id))
    for _ in range(3):
        await hold(other, "ada")
    with pytest.raises(TooManyHolds):
        await hold(one, "ada")


async def test_what_came_to_nothing_does_not_count(workers: list[InventoryApi]) -> None:
    one, other = workers
    for _ in range(20):
        await one.place_hold(wants(cabin="first"))
    for _ in range(4):
        with pytest.raises(SoldOut):
            await hold(one, "ada", cabin="first")
    for _ in range(3):
        await hold(other, "ada")


async def test_nothing_is_told_of_who_books_again_and_again(
    workers: list[InventoryApi], inventory_database: Database
) -> None:
    for _ in range(6):
        first, second = await hold(workers[0], device="phone"), await hold(workers[0], device="phone")
        for one in (first, second):
            await workers[1].confirm_hold(ConfirmHold(one.hold_id, uuid.uuid4()))
    assert await inventory_database.fetchval("SELECT count(*) FROM gateway.open_holds") == 0


async def test_of_few_nothing_is_told(workers: list[InventoryApi], inventory_database: Database) -> None:
    for _ in range(2):
        for worker in workers:
            await hold(worker, device="tablet")
    assert await inventory_database.fetchval("SELECT count(*) FROM gateway.open_holds") == 0
    await hold(workers[0], device="tablet")
    rows = await inventory_database.fetch("SELECT key, cardinality(holds) AS many FROM gateway.open_holds")
    assert [row["many"] for row in rows] == [3]
    assert "tablet" not in rows[0]["key"]


async def test_without_the_table_each_counts_alone(workers: list[InventoryApi], inventory_database: Database) -> None:
    await inventory_database.execute("DROP TABLE gateway.open_holds")
    for worker in workers:
        for _ in range(3):
            await hold(worker, "ada")
        with pytest.raises(TooManyHolds):
            await hold(worker, "ada")
