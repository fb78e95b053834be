"""The only door into the offers service."""

from __future__ import annotations

from collections.abc import Mapping

from wayfare.contracts.inventory.api import InventoryApi
from wayfare.contracts.offers.api import CheckOffers, FoundOffers, Offer, OffersApi, OffersStatus
from wayfare.contracts.offers.api import FindOffers as FindOffersMessage
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.infrastructure.turns import Traffic
from wayfare.infrastructure.waiting_door import WaitingDoor
from wayfare.kernel.time import Clock
from wayfare.services.offers.adapters.current_rates import OLD_DAYS, CurrentRates
from wayfare.services.offers.adapters.edition import EditionKeeper
from wayfare.services.offers.adapters.metrics import count_rates_import
from wayfare.services.offers.adapters.rate_files import EcbFiles
from wayfare.services.offers.adapters.rate_store import PostgresRateStore
from wayfare.services.offers.application.find_offers import FindOffers
from wayfare.services.offers.application.find_places import FindPlaces
from wayfare.services.offers.application.import_rates import ImportRates
from wayfare.services.offers.application.ports import RateStore
from wayfare.services.offers.application.price_calendar import PriceCalendar
from wayfare.services.offers.application.price_trips import PriceTrips
from wayfare.services.offers.domain.sales import CLOSING_S, SalesRules
from wayfare.services.offers.entrypoints.api import answer_find
from wayfare.services.offers.entrypoints.http import calendar_router, router
from wayfare.services.offers.entrypoints.jobs import rate_jobs

RATES_EVERY_S = 6 * 3600


class _Offers:
    """Implements `OffersApi`."""

    def __init__(self, editions: EditionKeeper, find_offers: FindOffers) -> None:
        self._editions, self._find_offers = editions, find_offers

    async def check(self, message: CheckOffers) -> OffersStatus:  # noqa: ARG002
        return OffersStatus(self._editions.generation)

    async def find_offers(self, message: FindOffersMessage) -> FoundOffers:
        return await answer_find(message, self._find_offers)


def build(
    *,
    timetables: TimetableStore,
    inventory: InventoryApi,
    rates: Database | RateStore,
    offer_seal: Seal[Offer],
    clock: Clock,
    traffic: Traffic | None = None,
    sales_horizon_days: int = 365,
    offer_ttl_s: int = 1800,
    closing_s: Mapping[str, int] | None = None,
    rates_url: str | None = None,
    rates_every_s: int = RATES_EVERY_S,
    rates_old_days: int = OLD_DAYS,
    door: WaitingDoor | None = None,
) -> Service:
    """The offers service.

    `closing_s`: by mode, how long before a departure its sales close, where that differs from the defaults.
    `rates`: where exchange rates are kept; while there are none only the demonstration network's prices are converted.
    `rates_url`: where new ones are fetched from every `rates_every_s` seconds. `rates_old_days`: from which age on they
    are warned of. `traffic`: what else this process answers, which searches give way to. `door`: asks for an admission
    while visitors wait before the whole site.
    """
    rules = SalesRules(offer_ttl_s, sales_horizon_days, {**CLOSING_S, **(closing_s or {})})
    editions = EditionKeeper(timetables)
    store = PostgresRateStore(rates) if isinstance(rates, Database) else rates
    current = CurrentRates(store, clock, rates_old_days)
    price = PriceTrips(inventory, offer_seal, clock, current, rules)

    traffic, door = traffic or Traffic(), door or WaitingDoor(None, b"")
    find_offers = FindOffers(editions, price, clock, sales_horizon_days)
    calendar = PriceCalendar(editions, price, clock, sales_horizon_days)

    async def start() -> None:
        await current.look()
        editions.start()

    return Service(
        name="offers",
        api=_Offers(editions, find_offers),
        protocol=OffersApi,
        routers=[
            router(find_offers, FindPlaces(editions), traffic, door),
            calendar_router(calendar, traffic, door),
        ],
        jobs=rate_jobs(current.look, ImportRates(EcbFiles(), store), count_rates_import, rates_url, rates_every_s),
        start=start,
        stop=editions.stop,
        internals={"generation": lambda: editions.generation},
    )


def make_rates_import(database: Database) -> ImportRates:
    """The import by itself, for the command line."""
    return ImportRates(EcbFiles(), PostgresRateStore(database))
