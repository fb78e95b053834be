from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from integration.inventory.world import NOW, TINY, make_service, nothing_wrong, wants
from wayfare.contracts.inventory.api import ConfirmHold, FindHold, Hold, InventoryApi, ReleaseHold
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import HoldExpired
from wayfare.kernel.time import FixedClock
from wayfare.services.inventory.adapters import hold_batches
from wayfare.services.inventory.application.placed_holds import PlacedHolds


@pytest.fixture
async def brief(inventory_database: Database, timetables: TimetableStore) -> AsyncIterator[Service]:
    """Holds of one second."""
    service = make_service(inventory_database, timetables, hold_ttl_s=1)
    await service.start()
    yield service
    await service.stop()


async def outdate(database: Database, seconds: int) -> None:
    """Let all holds have ended some time ago."""
    await database.execute(f"UPDATE inventory.hold SET expires_at = now() - interval '{seconds} seconds'")


async def occupied(database: Database) -> int:
    value: int = await database.fetchval("SELECT count(*) FROM inventory.occupancy WHERE taken_lo <> 0")
    return value


class TestExpireHolds:
    async def test_lazily_when_somebody_wants_the_units(self, brief: Service) -> None:
        api: InventoryApi = brief.api
        first = await api.place_hold(wants(TINY, 0, 5, units=["1"]))
        rest = await api.place_hold(wants(TINY, 0, 5, passengers=9))
        await asyncio.sleep(1.05)
        assert (await api.get_hold(FindHold(rest.hold_id))).state == "expired"
        again = await api.place_hold(wants(TINY, 0, 5, units=["1"]))
        assert again.hold_id != first.hold_id
        assert len((await api.place_hold(wants(TINY, 0, 5, passengers=9))).units) == 9
        await nothing_wrong(api)

    async def test_by_the_sweeper(self, brief: Service, inventory_database: Database) -> None:
        api: InventoryApi = brief.api
        hold = await api.place_hold(wants(TINY, passengers=4))
        kept, booking = await api.place_hold(wants(TINY)), uuid4()
        await api.confirm_hold(ConfirmHold(kept.hold_id, booking))
        await asyncio.sleep(1.05)
        await brief.jobs[0].run()
        assert await occupied(inventory_database) == 1
        assert (await api.get_hold(FindHold(hold.hold_id))).state == "expired"
        assert (await api.get_hold(FindHold(kept.hold_id))).state == "confirmed"
        with pytest.raises(HoldExpired):
            await api.confirm_hold(ConfirmHold(hold.hold_id, booking))
        await nothing_wrong(api)

    async def test_an_overdue_hold_that_nobody_swept_cannot_be_confirmed(self, brief: Service) -> None:
        api: InventoryApi = brief.api
        hold = await api.place_hold(wants(TINY))
        await asyncio.sleep(1.05)
        with pytest.raises(HoldExpired):
            await api.confirm_hold(ConfirmHold(hold.hold_id, uuid4()))
        assert (await api.release_hold(ReleaseHold(hold.hold_id))).state == "expired"
        await nothing_wrong(api)

    async def test_in_many_small_batches(
        self, brief: Service, inventory_database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hold_batches, "SWEEP_MAX", 3)
        for _ in range(10):
            await brief.api.place_hold(wants(TINY))
        await outdate(inventory_database, 1)
        await brief.jobs[0].run()
        assert await occupied(inventory_database) == 0

    async def test_a_hold_that_is_locked_is_passed_over_and_expired_later(
        self, brief: Service, inventory_database: Database
    ) -> None:
        hold = await brief.api.place_hold(wants(TINY))
        other = await brief.api.place_hold(wants(TINY))
        await outdate(inventory_database, 0)
        async with inventory_database.transaction() as session:
            await session.execute("SELECT FROM inventory.hold WHERE hold_id = $1 FOR UPDATE", hold.hold_id)
            await brief.jobs[0].run()
            assert await occupied(inventory_database) == 1
        await brief.jobs[0].run()
        assert await occupied(inventory_database) == 0
        assert (await brief.api.get_hold(FindHold(other.hold_id))).state == "expired"

    async def test_finds_what_was_overlooked_for_hours(self, brief: Service, inventory_database: Database) -> None:
        await brief.jobs[0].run()
        await brief.api.place_hold(wants(TINY))
        await outdate(inventory_database, 7200)
        await brief.jobs[0].run()
        assert await occupied(inventory_database) == 1
        await brief.jobs[1].run()
        assert await occupied(inventory_database) == 0


class TestWhatAProcessRemembers:
    """A hold that this process placed is known without asking the database; confirming it is what decides."""

    async def test_until_it_is_confirmed_here(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants(TINY))
        assert await inventory.get_hold(FindHold(hold.hold_id, remembered=True)) == hold
        await inventory.confirm_hold(ConfirmHold(hold.hold_id, uuid4()))
        assert (await inventory.get_hold(FindHold(hold.hold_id, remembered=True))).state == "confirmed"

    async def test_until_it_is_released_here(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants(TINY))
        await inventory.release_hold(ReleaseHold(hold.hold_id))
        assert (await inventory.get_hold(FindHold(hold.hold_id, remembered=True))).state == "released"

    async def test_until_it_expires(self, inventory_database: Database, timetables: TimetableStore) -> None:
        clock = FixedClock(NOW)
        service = make_service(inventory_database, timetables, clock=clock)
        await service.start()
        hold = await service.api.place_hold(wants(TINY))
        clock.advance(hold.expires_s - clock.now_s())
        await outdate(inventory_database, 1)
        assert (await service.api.get_hold(FindHold(hold.hold_id, remembered=True))).state == "expired"
        await service.stop()

    async def test_what_another_process_did_is_found_out_at_the_confirmation(
        self, inventory: InventoryApi, inventory_database: Database, timetables: TimetableStore
    ) -> None:
        hold = await inventory.place_hold(wants(TINY))
        other = make_service(inventory_database, timetables)
        await other.start()
        await other.api.release_hold(ReleaseHold(hold.hold_id))
        await other.stop()
        assert (await inventory.get_hold(FindHold(hold.hold_id, remembered=True))).state == "held"
        assert (await inventory.get_hold(FindHold(hold.hold_id))).state == "released"
        with pytest.raises(HoldExpired):
            await inventory.confirm_hold(ConfirmHold(hold.hold_id, uuid4()))

    async def test_no_more_than_so_many(self) -> None:
        placed = PlacedHolds(FixedClock(NOW), size_max=2)
        holds = [Hold(uuid4(), "held", 2**40, "", ()) for _ in range(3)]
        for hold in holds:
            placed.keep(hold)
        assert [placed.find(hold.hold_id) for hold in holds] == [None, *holds[1:]]
