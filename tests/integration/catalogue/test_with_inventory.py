"""A new version of a feed beside the real inventory: what is held stays valid."""

from __future__ import annotations

from pathlib import Path

from conftest import Databases
from integration.catalogue.world import NOW
from unit.catalogue.feeds import FeedBuilder
from wayfare.contracts.inventory.api import ConfirmHold, InventoryApi, LegRequest, PlaceHold
from wayfare.contracts.offers.api import Offer
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid
from wayfare.kernel.ids import departure_id, format_departure, uuid7
from wayfare.kernel.time import FixedClock, day_number
from wayfare.services.catalogue.wiring import MIGRATIONS, make_use_cases
from wayfare.services.inventory import wiring as inventory_wiring

TRIP = "A 8:00:00, B 9:00:00, C 10:00:00"


async def test_a_held_seat_survives_the_end_of_its_service(databases: Databases, tmp_path: Path) -> None:
    dsn = databases.create()
    folder = Path(inventory_wiring.__file__).parent / "adapters" / "migrations"
    await upgrade(dsn, [MIGRATIONS, ServiceMigrations("inventory", folder)])
    async with Database(dsn, pool_size=4) as database:
        timetables, clock = TimetableStore(tmp_path / "timetables"), FixedClock(NOW)
        seal = Seal(b"s" * 32, "offer", Offer, OfferInvalid)
        service = inventory_wiring.build(database=database, timetables=timetables, offer_seal=seal, clock=clock)
        inventory: InventoryApi = service.api
        await service.start()
        use = make_use_cases(database=database, timetables=timetables, inventory=inventory, clock=clock, settle_s=0.0)
        await use.import_feed(FeedBuilder().trip("t1", TRIP).trip("t2", TRIP).zip(tmp_path / "1.zip"), "f")
        timetable = timetables.get_current()
        number = int(timetable.service_no[list(timetable.service_ref).index("t2")])
        departure = departure_id(day_number(NOW.date()) + 30, number)
        hold = await inventory.place_hold(PlaceHold((LegRequest(departure, 0, 2, "second"),), 1, "token"))
        report = await use.import_feed(FeedBuilder().trip("t1", TRIP).zip(tmp_path / "2.zip"), "f")
        assert [change.departures for change in report.changes] == [((format_departure(departure)),)]
        index = timetables.get_current().find_service(number)
        assert index is not None
        assert timetables.get_current().runs_on(index, day_number(NOW.date()) + 30)
        confirmed = await inventory.confirm_hold(ConfirmHold(hold.hold_id, uuid7()))
        assert confirmed.units[0].unit_id == hold.units[0].unit_id
        await service.stop()
    databases.drop(dsn)
