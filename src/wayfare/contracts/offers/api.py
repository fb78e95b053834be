"""Offers: a priced, expiring proposal for a trip, sealed so that searching writes nothing."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from wayfare.kernel.money import Money

CATEGORIES = ("adult", "child", "senior", "student")
PASSENGERS_MAX = 9


class OfferLeg(msgspec.Struct, frozen=True, array_like=True):
    """What is sold on one departure: calls `from_call` to `to_call` (indexes) in one cabin."""

    departure_id: int
    from_call: int
    to_call: int
    cabin: str
    prices: tuple[int, ...]  # minor units incl. tax, one per passenger, in the order of Offer.passengers
    taxes: tuple[int, ...]  # the tax in each of them
    tax_rate: str = ""  # the share of tax on the fare, "0.07"; "" where the fare does not say
    tax_fixed: int = 0  # the part of each tax that goes by no rate


class ConditionStep(msgspec.Struct, frozen=True, array_like=True):
    """Until `until_s` (an instant) the carrier keeps `fee` of the price; the steps come in order of time."""

    until_s: int
    fee_permille: int


class Conversion(msgspec.Struct, frozen=True, array_like=True):
    """The rates a price was converted at: what one `base` is worth in each currency, as published that day."""

    source: str
    published: str  # YYYY-MM-DD
    base: str
    rates: tuple[tuple[str, str], ...]  # currency, decimal

    @property
    def sentence(self) -> str:
        """What the conditions say about a converted price."""
        listed = ", ".join(f"{rate} {currency}" for currency, rate in self.rates)
        return f"Converted at {self.source} rates of {self.published}: 1 {self.base} = {listed}."

    def as_json(self) -> dict[str, Any]:
        return {"source": self.source, "date": self.published, "base": self.base, "rates": dict(self.rates)}


class Offer(msgspec.Struct, frozen=True, array_like=True):
    """The content of an offer token. All money is in `currency`."""

    legs: tuple[OfferLeg, ...]
    passengers: tuple[str, ...]  # the category of each
    fare_family: str
    currency: str
    departs_s: int  # first departure
    refund: tuple[ConditionStep, ...]
    exchange: tuple[ConditionStep, ...]
    issued_s: int
    expires_s: int
    conversion: Conversion | None = None  # where fares of other currencies are in the prices
    name_change_until_s: int | None = None  # until when a ticket may get another name; None: never

    @property
    def total(self) -> Money:
        return Money(sum(sum(leg.prices) for leg in self.legs), self.currency)


class CheckOffers(msgspec.Struct, frozen=True):
    """Ask whether the offers service can answer."""


class OffersStatus(msgspec.Struct, frozen=True):
    generation: int


class FindOffers(msgspec.Struct, frozen=True):
    """Trips on a date for a party whose order counts: prices come in it. Fields as in GET /v1/offers.

    Places are ids, codes or names; `day` is YYYY-MM-DD and `earliest` HH:MM by the origin's clocks.
    """

    origin: str
    destination: str
    day: str
    passengers: tuple[str, ...]
    currency: str
    earliest: str | None = None
    max_transfers: int = 3
    modes: tuple[str, ...] | None = None
    cabin: str | None = None
    limit: int = 10


class FoundOffer(msgspec.Struct, frozen=True):
    """An offer that can be had; everything else is sealed in its id."""

    offer_id: str
    fare_family_name: str
    cabin_name: str
    seats_left: int | None  # None: not known at the moment


class FoundOffers(msgspec.Struct, frozen=True):
    """By trip, in order of departure; trips without an offer are left out."""

    trips: tuple[tuple[FoundOffer, ...], ...]


class OffersApi(Protocol):
    async def check(self, message: CheckOffers) -> OffersStatus: ...

    async def find_offers(self, message: FindOffers) -> FoundOffers:
        """Raises ValidationFailed, NotFound, AmbiguousPlace, Unavailable."""
