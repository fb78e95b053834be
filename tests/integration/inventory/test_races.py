"""Two workers on one database: many want few units, and every section of a unit is sold once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from uuid import uuid4

from integration.inventory.world import (
    COACH,
    FLIGHT,
    LONG,
    TINY,
    TRAIN,
    make_service,
    nothing_wrong,
    sold_twice,
    wants,
)
from wayfare.contracts.inventory.api import ConfirmHold, Hold, InventoryApi, PlaceHold, ReleaseHold
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import HoldExpired, SoldOut, UnitsTaken

CALLERS = 64


async def scramble(
    workers: Sequence[InventoryApi], next_request: Callable[[random.Random], PlaceHold], tries: int
) -> tuple[list[Hold], list[Exception]]:
    """Many callers ask again and again, until refused or for `tries` times."""
    holds: list[Hold] = []
    refusals: list[Exception] = []

    async def call(number: int) -> None:
        dice = random.Random(number)
        for _ in range(tries):
            try:
                holds.append(await workers[number % 2].place_hold(next_request(dice)))
            except (SoldOut, UnitsTaken) as error:
                refusals.append(error)

    await asyncio.gather(*(call(number) for number in range(CALLERS)))
    return holds, refusals


async def until_refused(workers: Sequence[InventoryApi], message: PlaceHold) -> list[Hold]:
    holds: list[Hold] = []

    async def call(number: int) -> None:
        try:
            while True:
                holds.append(await workers[number % 2].place_hold(message))
        except SoldOut:
            return

    await asyncio.gather(*(call(number) for number in range(CALLERS)))
    return holds


class TestScramble:
    async def test_for_ten_named_units(self, workers: list[InventoryApi]) -> None:
        def named(dice: random.Random) -> PlaceHold:
            return wants(TINY, 1, 3, units=[str(dice.randrange(1, 11))])

        holds, refusals = await scramble(workers, named, 8)
        assert sorted(int(hold.units[0].unit_id) for hold in holds) == list(range(1, 11))
        assert all(isinstance(refusal, UnitsTaken) for refusal in refusals)
        assert len(holds) + len(refusals) == CALLERS * 8
        await nothing_wrong(workers[0])

    async def test_for_named_pairs_that_overlap(self, workers: list[InventoryApi]) -> None:
        def pair(dice: random.Random) -> PlaceHold:
            return wants(TINY, 1, 3, units=[str(unit) for unit in dice.sample(range(1, 11), 2)], passengers=2)

        holds, _ = await scramble(workers, pair, 8)
        assert sold_twice(holds) == []
        assert len(holds) >= 4
        await nothing_wrong(workers[0])

    async def test_for_any_unit_until_the_train_is_full(self, workers: list[InventoryApi]) -> None:
        holds = await until_refused(workers, wants(FLIGHT, 0, 1, "economy"))
        assert len(holds) == 60
        assert sold_twice(holds) == []
        await nothing_wrong(workers[0])

    async def test_for_overlapping_legs(self, workers: list[InventoryApi]) -> None:
        def leg(dice: random.Random) -> PlaceHold:
            start = dice.randrange(0, 8)
            return wants(TRAIN, start, dice.randrange(start + 1, 9))

        holds, refusals = await scramble(workers, leg, 8)
        assert sold_twice(holds) == []
        assert refusals
        assert len(holds) > 60, "units are sold again on other sections"
        await nothing_wrong(workers[0])

    async def test_for_a_hot_train_with_many_sections(self, workers: list[InventoryApi]) -> None:
        def leg(dice: random.Random) -> PlaceHold:
            start = dice.randrange(0, 100)
            return wants(LONG, start, start + dice.randrange(1, 10), passengers=dice.randrange(1, 4))

        holds, _ = await scramble(workers, leg, 10)
        assert len(holds) == CALLERS * 10
        assert sold_twice(holds) == []
        await nothing_wrong(workers[0])

    async def test_parties_of_four_get_all_or_nothing(self, workers: list[InventoryApi]) -> None:
        holds = await until_refused(workers, wants(TRAIN, 2, 5, passengers=4))
        assert len(holds) == 10
        assert {len(hold.units) for hold in holds} == {4}
        assert sold_twice(holds) == []
        await nothing_wrong(workers[0])

    async def test_a_counted_cabin_carries_exactly_what_is_authorised(self, workers: list[InventoryApi]) -> None:
        def leg(dice: random.Random) -> PlaceHold:
            start = dice.randrange(0, 5)
            return wants(COACH, start, dice.randrange(start + 1, 6), "seat")

        holds, _ = await scramble(workers, leg, 4)
        loads = [
            sum(unit.from_call <= section < unit.to_call for hold in holds for unit in hold.units)
            for section in range(5)
        ]
        assert max(loads) == 12
        for section in range(5):
            full = await until_refused(workers, wants(COACH, section, section + 1, "seat"))
            assert loads[section] + len(full) == 12
        await nothing_wrong(workers[0])

    async def test_the_same_key_everywhere_at_once_gives_one_hold(self, workers: list[InventoryApi]) -> None:
        message = wants(TRAIN, key="once", fingerprint="f", passengers=2)
        holds = await asyncio.gather(*(workers[number % 2].place_hold(message) for number in range(CALLERS)))
        assert len({hold.hold_id for hold in holds}) == 1
        assert len(set(holds)) == 1
        assert len(await until_refused(workers, wants(TRAIN))) == 38
        await nothing_wrong(workers[0])


class TestChurn:
    async def test_holding_confirming_and_letting_go_at_once(self, workers: list[InventoryApi]) -> None:
        mine: list[Hold] = []

        async def passenger(number: int) -> None:
            dice = random.Random(number)
            api = workers[number % 2]
            for _ in range(8):
                start = dice.randrange(0, 4)
                try:
                    hold = await api.place_hold(
                        wants(TINY, start, dice.randrange(start + 1, 6), passengers=dice.randrange(1, 3))
                    )
                except SoldOut:
                    continue
                booking = uuid4()
                if dice.random() < 0.5:
                    hold = await api.confirm_hold(ConfirmHold(hold.hold_id, booking))
                if dice.random() < 0.7:
                    await api.release_hold(ReleaseHold(hold.hold_id, booking))
                else:
                    mine.append(hold)

        await asyncio.gather(*(passenger(number) for number in range(CALLERS)))
        assert sold_twice(mine) == []
        await nothing_wrong(workers[0])

    async def test_expiry_and_confirmation_race_safely(
        self, inventory_database: Database, timetables: TimetableStore
    ) -> None:
        services = [make_service(inventory_database, timetables, worker_no=n) for n in range(2)]
        for service in services:
            await service.start()
        apis = [service.api for service in services]
        holds = [await apis[n % 2].place_hold(wants(FLIGHT, 0, 1, "economy")) for n in range(60)]
        await inventory_database.execute(
            "UPDATE inventory.hold SET expires_at = clock_timestamp() + random() * interval '0.4 seconds'"
        )
        expire = services[0].jobs[0].run

        async def confirm(hold: Hold) -> bool:
            await asyncio.sleep(random.random() * 0.3)
            try:
                await apis[1].confirm_hold(ConfirmHold(hold.hold_id, uuid4()))
            except HoldExpired:
                return False
            return True

        async def sweep() -> None:
            for _ in range(8):
                await expire()
                await asyncio.sleep(0.05)

        confirmed, *_ = await asyncio.gather(asyncio.gather(*map(confirm, holds)), sweep())
        assert sum(confirmed) > 0
        await asyncio.sleep(0.2)
        free = await until_refused(apis, wants(FLIGHT, 0, 1, "economy"))
        assert len(free) == 60 - sum(confirmed)
        await nothing_wrong(apis[0])
        for service in services:
            await service.stop()


class TestLostConnections:
    async def test_neither_lose_nor_double_a_hold(
        self, workers: list[InventoryApi], inventory_database: Database
    ) -> None:
        stop = asyncio.Event()

        async def saboteur() -> None:
            while not stop.is_set():
                await asyncio.sleep(0.03)
                await inventory_database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name LIKE '%/inventory.%' AND random() < 0.3"
                )

        sabotage = asyncio.create_task(saboteur())

        def request(dice: random.Random) -> PlaceHold:
            start = dice.randrange(0, 100)
            return wants(LONG, start, start + 3, passengers=2, key=dice.randbytes(8).hex())

        holds, refusals = await scramble(workers, request, 20)
        named, taken = await scramble(workers, lambda dice: wants(TINY, units=[str(dice.randrange(1, 11))]), 1)
        stop.set()
        await sabotage
        assert refusals == []
        assert len({hold.hold_id for hold in holds}) == CALLERS * 20
        assert sold_twice(holds) == []
        assert len(named) + len(taken) == CALLERS
        assert sold_twice(named) == []
        await nothing_wrong(workers[0])
