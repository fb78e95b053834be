"""The only door into inventory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from wayfare.contracts.inventory.api import InventoryApi
from wayfare.contracts.offers.api import Offer
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.infrastructure.waiting_door import WaitingDoor
from wayfare.kernel.time import Clock
from wayfare.services.inventory.adapters.hold_store import PostgresHolds
from wayfare.services.inventory.adapters.metrics import PrometheusTally
from wayfare.services.inventory.application.departures import SALES_HORIZON_DAYS, Departures
from wayfare.services.inventory.application.expire_holds import ExpireHolds
from wayfare.services.inventory.application.guard_holds import GuardHolds
from wayfare.services.inventory.application.keep_partitions import KeepPartitions
from wayfare.services.inventory.application.limit_holds import HoldLimits, LimitHolds
from wayfare.services.inventory.application.measure_utilisation import MeasureUtilisation
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.place_hold import PlaceHolds
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldsElsewhere
from wayfare.services.inventory.application.show_seats import ShowSeats
from wayfare.services.inventory.application.watch_seats import WatchSeats
from wayfare.services.inventory.entrypoints.api import Inventory
from wayfare.services.inventory.entrypoints.http import HoldView, looking_routes, placing_routes
from wayfare.services.inventory.entrypoints.jobs import inventory_jobs, retention_rules
from wayfare.services.inventory.entrypoints.seat_events import event_routes

HOLD_TTL_S = 600
KEPT_DAYS = 30


def build(
    *,
    database: Database,
    timetables: TimetableStore,
    offer_seal: Seal[Offer],
    clock: Clock,
    worker_no: int = 0,
    hold_ttl_s: int = HOLD_TTL_S,
    sales_horizon_days: int = SALES_HORIZON_DAYS,
    door: WaitingDoor | None = None,
    limits: HoldLimits | None = None,
    elsewhere: HoldsElsewhere | None = None,
    kept_days: int = KEPT_DAYS,
) -> Service:
    """`hold_ttl_s`: how long units are held without payment. Even and odd `worker_no` choose from opposite ends.

    `sales_horizon_days`: departures up to so many days from today (in UTC) can be held; their months are made ready.
    `door`: sends to the waiting room who comes without an admission. `limits`: of open holds, told `elsewhere`.
    `kept_days`: how long holds that came to nothing are kept.
    """
    store = PostgresHolds(database)
    departures = Departures(timetables, sales_horizon_days)
    pictures = Pictures(departures, store)
    timetables.on_change(lambda _: pictures.clear())
    expire = ExpireHolds(store, pictures)
    partitions = KeepPartitions(store, clock, sales_horizon_days)
    tally = PrometheusTally()
    placed = PlacedHolds(clock)
    place = PlaceHolds(
        departures=departures,
        pictures=pictures,
        store=store,
        expire=expire,
        partitions=partitions,
        clock=clock,
        tally=tally,
        placed=placed,
        worker_no=worker_no,
        hold_ttl_s=hold_ttl_s,
    )
    limit = LimitHolds(limits or HoldLimits(), store, hold_ttl_s, elsewhere)
    guarded = GuardHolds(place, limit, door or WaitingDoor(None, b""))
    api = Inventory(departures, pictures, store, guarded, placed, limit)
    view = HoldView(offer_seal, timetables)
    show_seats, watch = ShowSeats(api, departures, timetables), WatchSeats(pictures, departures)
    measure = _measure(MeasureUtilisation(store, timetables, clock), store, tally)

    async def forget() -> int:
        return await store.forget_ended(datetime.now(UTC) - timedelta(days=kept_days))

    async def start() -> None:
        await partitions()
        await store.start()

    return Service(
        name="inventory",
        api=api,
        protocol=InventoryApi,
        routers=[
            placing_routes(guarded, offer_seal, view, clock),
            looking_routes(api, view, show_seats),
            event_routes(watch, show_seats),
        ],
        jobs=inventory_jobs(expire, partitions, measure, forget),
        retention=retention_rules(kept_days),
        start=start,
        stop=store.stop,
        lanes=len(store.lanes),
        internals={"pictures": pictures.__len__, "seat_watches": watch.__len__},
    )


def _measure(
    utilisation: MeasureUtilisation, store: PostgresHolds, tally: PrometheusTally
) -> Callable[[], Awaitable[None]]:
    async def measure() -> None:
        tally.utilisation(await utilisation())
        tally.open_holds(await store.count_open())

    return measure
