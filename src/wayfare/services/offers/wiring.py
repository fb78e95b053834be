"""The only door into the offers service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wayfare.contracts.inventory.api import InventoryApi
from wayfare.contracts.offers.api import CheckOffers, Offer, OffersApi, OffersStatus
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import Clock
from wayfare.services.offers.adapters.ecb_rates import DemoRates, EcbRates
from wayfare.services.offers.adapters.edition import EditionKeeper
from wayfare.services.offers.application.find_offers import FindOffers
from wayfare.services.offers.application.find_places import FindPlaces
from wayfare.services.offers.application.ports import RateSource
from wayfare.services.offers.application.price_trips import PriceTrips
from wayfare.services.offers.domain.sales import CLOSING_S, SalesRules
from wayfare.services.offers.entrypoints.http import router


class _Offers:
    """Implements `OffersApi`."""

    def __init__(self, editions: EditionKeeper) -> None:
        self._editions = editions

    async def check(self, message: CheckOffers) -> OffersStatus:  # noqa: ARG002
        return OffersStatus(self._editions.generation)


def build(
    *,
    timetables: TimetableStore,
    inventory: InventoryApi,
    offer_seal: Seal[Offer],
    clock: Clock,
    sales_horizon_days: int = 365,
    offer_ttl_s: int = 1800,
    closing_s: Mapping[str, int] | None = None,
    rates_file: Path | None = None,
) -> Service:
    """The offers service.

    `closing_s`: by mode, how long before a departure its sales close, where that differs from the defaults.
    `rates_file`: the ECB's file to convert prices by; without one only the demonstration network's are converted.
    Raises `ConfigurationError` when `rates_file` is not a file of ECB reference rates.
    """
    rules = SalesRules(offer_ttl_s, sales_horizon_days, {**CLOSING_S, **(closing_s or {})})
    editions = EditionKeeper(timetables)
    rates: RateSource = DemoRates() if rates_file is None else EcbRates(rates_file)
    price = PriceTrips(inventory, offer_seal, clock, rates, rules)

    async def start() -> None:
        editions.start()

    return Service(
        name="offers",
        api=_Offers(editions),
        protocol=OffersApi,
        routers=(router(FindOffers(editions, price, clock, sales_horizon_days), FindPlaces(editions)),),
        start=start,
        stop=editions.stop,
        internals={"generation": lambda: editions.generation},
    )
