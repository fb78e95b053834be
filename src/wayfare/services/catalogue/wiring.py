"""The catalogue's only door in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wayfare.contracts.catalogue.api import CatalogueApi
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import ServiceMigrations
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import Clock
from wayfare.services.catalogue.adapters.feed_files import FeedLimits, open_feed
from wayfare.services.catalogue.adapters.package_data import default_layouts, default_tariffs
from wayfare.services.catalogue.adapters.store import PostgresStore
from wayfare.services.catalogue.application.get_departure import GetDeparture
from wayfare.services.catalogue.application.get_path import GetPath
from wayfare.services.catalogue.application.get_status import Catalogue
from wayfare.services.catalogue.application.import_feed import ImportFeed
from wayfare.services.catalogue.application.import_layouts import ImportLayouts
from wayfare.services.catalogue.application.import_links import ImportLinks
from wayfare.services.catalogue.application.import_tariffs import ImportTariffs
from wayfare.services.catalogue.application.load_demo import LoadDemo
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable
from wayfare.services.catalogue.demo.expand import build_demo_feeds
from wayfare.services.catalogue.entrypoints.http import make_router
from wayfare.services.catalogue.entrypoints.jobs import catalogue_jobs

MIGRATIONS = ServiceMigrations("catalogue", Path(__file__).parent / "adapters" / "migrations")


@dataclass(frozen=True)
class CatalogueUseCases:
    """What the command line and the console do with the catalogue; made by `make_use_cases`."""

    import_feed: ImportFeed
    import_layouts: ImportLayouts
    import_tariffs: ImportTariffs
    import_links: ImportLinks
    load_demo: LoadDemo
    publish_timetable: PublishTimetable
    get_departure: GetDeparture


def make_use_cases(
    *,
    database: Database,
    timetables: TimetableStore,
    inventory: InventoryApi,
    clock: Clock,
    limits: FeedLimits | None = None,
    settle_s: float = 2.0,
) -> CatalogueUseCases:
    """Every use case over one database. `settle_s`: see ImportFeed."""
    store = PostgresStore(database, default_layouts())
    publish = PublishTimetable(store, timetables, default_tariffs())
    opener = partial(open_feed, limits=limits)
    import_feed = ImportFeed(store, opener, inventory, publish, clock, settle_s=settle_s)
    import_layouts = ImportLayouts(store, inventory, publish, clock)
    import_tariffs = ImportTariffs(store, publish, clock)
    import_links = ImportLinks(store, publish, clock)
    demo = Path(__file__).parent / "demo"
    return CatalogueUseCases(
        import_feed,
        import_layouts,
        import_tariffs,
        import_links,
        LoadDemo(import_feed, import_layouts, import_tariffs, import_links, build_demo_feeds, demo, clock),
        publish,
        GetDeparture(timetables),
    )


def build(
    *,
    database: Database,
    timetables: TimetableStore,
    inventory: InventoryApi,
    clock: Clock,
    dsn: str = "",  # noqa: ARG001 - the same database; part of every service's signature
    limits: FeedLimits | None = None,
    settle_s: float = 2.0,
) -> Service:
    """The catalogue. `start` publishes what the database holds if the snapshot folder lacks it."""
    use_cases = make_use_cases(
        database=database,
        timetables=timetables,
        inventory=inventory,
        clock=clock,
        limits=limits,
        settle_s=settle_s,
    )

    async def start() -> None:
        timetables.refresh()
        await use_cases.publish_timetable()

    return Service(
        name="catalogue",
        api=Catalogue(timetables),
        protocol=CatalogueApi,
        routers=[make_router(use_cases.get_departure, GetPath(timetables))],
        jobs=catalogue_jobs(use_cases.publish_timetable),
        start=start,
        internals={"timetable_generation": lambda: timetables.generation},
    )
