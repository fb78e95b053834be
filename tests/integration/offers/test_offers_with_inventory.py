"""Offers beside the real inventory: seats are counted, tokens are taken, and what is taken is missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conftest import Databases
from integration.inventory.world import migrate
from unit.offers.desks import NOON_BEFORE, Desk, KeptRates
from unit.offers.worlds import World
from wayfare.contracts.inventory.api import LegRequest, PlaceHold
from wayfare.contracts.offers.api import OffersApi
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.rpc import contract_methods
from wayfare.infrastructure.service import Service
from wayfare.kernel.time import FixedClock
from wayfare.services.inventory import wiring as inventory_wiring
from wayfare.services.offers import wiring


class Town:
    """Offers and inventory on one timetable."""

    def __init__(self, folder: Path, database: Database) -> None:
        world = World().service("1", "A 08:00 M 09:00/09:05 B 10:00").service("2", "B 10:30 C 11:30")
        self.desk = Desk(folder, world.build(), NOON_BEFORE)
        self.inventory: Service = inventory_wiring.build(
            database=database,
            timetables=self.desk.timetables,
            offer_seal=self.desk.seal,
            clock=FixedClock(NOON_BEFORE),
        )
        self.desk.serve(
            wiring.build(
                timetables=self.desk.timetables,
                inventory=self.inventory.api,
                offer_seal=self.desk.seal,
                rates=KeptRates(),
                clock=self.desk.clock,
            )
        )


@pytest.fixture
async def town(databases: Databases, tmp_path: Path) -> AsyncIterator[Town]:
    dsn = databases.create(databases.template("inventory", migrate))
    async with Database(dsn, pool_size=2, application_name="tests") as database:
        town = Town(tmp_path, database)
        await town.inventory.start()
        await town.desk.service.start()
        await town.desk.until_ready()
        yield town
        await town.inventory.stop()
        await town.desk.client.aclose()
    databases.drop(dsn)


async def seats_left(town: Town, origin: str, goal: str) -> dict[str, int]:
    (trip,) = (await town.desk.offers(origin, goal))["trips"]
    return {offer["cabin"]: offer["seats_left"] for offer in trip["offers"]}


class TestOffersWithInventory:
    async def test_a_held_seat_is_missed_on_its_sections_only(self, town: Town) -> None:
        (trip,) = (await town.desk.offers("f:A", "f:C"))["trips"]
        told = next(offer for offer in trip["offers"] if offer["cabin"] == "second")
        offer = town.desk.open(told)
        await town.inventory.api.place_hold(
            PlaceHold(
                legs=tuple(
                    LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs[:1]
                ),
                passengers=1,
                offer_token=told["offer_id"],
            )
        )
        assert await seats_left(town, "f:A", "f:M") == {"first": 2, "second": 1}
        assert await seats_left(town, "f:B", "f:C") == {"first": 2, "second": 2}
        assert await seats_left(town, "f:A", "f:C") == {"first": 2, "second": 1}

    async def test_the_service_keeps_its_contract(self, town: Town) -> None:
        assert set(contract_methods(OffersApi)) == {"check", "find_offers"}
        assert town.desk.service.protocol is OffersApi
        assert town.desk.service.internals["generation"]() == 1
