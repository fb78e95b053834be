"""What a trip costs: legs with everything that prices them, and the sums for a party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from wayfare.contracts.catalogue.fares import FareFamily
from wayfare.contracts.catalogue.layout import Cabin
from wayfare.kernel.time import DAY_S
from wayfare.services.offers.domain.cabins import combine_cabins
from wayfare.services.offers.domain.conditions import (
    Families,
    StepBefore,
    combine_families,
    join_name_change,
    join_steps,
)
from wayfare.services.offers.domain.feed_fares import Cover, Ride
from wayfare.services.offers.domain.tariffs import STANDARD, PriceList, rate_text, tax_within, to_minor
from wayfare.services.offers.domain.trips import Trip


class LegFacts(msgspec.Struct, frozen=True, gc=False):
    """What is true of a leg on any day: the same for every departure of its service."""

    ride: Ride
    mode: str
    distance_m: int
    cabins: tuple[Cabin, ...]  # none: no layout
    price_list: PriceList | None


class LegPrice(NamedTuple):
    """Minor units per passenger: prices with tax, and the tax in each.

    `tax_rate` is the share on the fare as a decimal, "" where it is not known; `tax_fixed` the part of each tax
    that goes by no rate.
    """

    prices: tuple[int, ...]
    taxes: tuple[int, ...]
    tax_rate: str = ""
    tax_fixed: int = 0


class TripCabin(msgspec.Struct, frozen=True, gc=False):
    """A comfort level of a trip: one cabin per leg; code and name show all that differ ("first + 1A")."""

    cabins: tuple[Cabin, ...]
    code: str
    name: str


class TripFamily(msgspec.Struct, frozen=True, gc=False):
    """A fare family of a trip: one per leg, with the conditions they come to together."""

    families: Families
    code: str
    name: str
    refund: tuple[StepBefore, ...]
    exchange: tuple[StepBefore, ...]
    name_change_s: int | None  # before departure; None: never

    @classmethod
    def of(cls, families: Families) -> TripFamily:
        return cls(
            families,
            _joint(family.code for family in families),
            _joint(family.name for family in families),
            join_steps(families, "refund"),
            join_steps(families, "exchange"),
            join_name_change(families),
        )


def _joint(names: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(names))


class Menu(msgspec.Struct, frozen=True, gc=False):
    """What legs of one kind can be sold as together: the same for all trips over such legs.

    `problem` says why they cannot be sold at all: no_layout or no_fare.
    """

    currencies: tuple[str, ...]  # per leg
    cabins: tuple[TripCabin, ...]
    families: tuple[TripFamily, ...]
    problem: str | None

    @classmethod
    def of(cls, legs: Sequence[LegFacts], covers: Sequence[Cover]) -> Menu:
        published = {number: cover for cover in covers for number in range(cover.first, cover.last + 1)}
        cabins = combine_cabins([leg.cabins for leg in legs])
        if not cabins:
            return cls((), (), (), "no_layout")
        if not all(leg.price_list or number in published for number, leg in enumerate(legs)):
            return cls((), (), (), "no_fare")
        families = combine_families([_families(leg, published.get(n)) for n, leg in enumerate(legs)])
        return cls(
            tuple(_currency(leg, published.get(n)) for n, leg in enumerate(legs)),
            tuple(TripCabin(level, _joint(c.code for c in level), _joint(c.name for c in level)) for level in cabins),
            tuple(TripFamily.of(combination) for combination in families),
            None,
        )


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """A planned trip with what does not change from one search to the next.

    `rides` are (departure id, from call, to call) per leg.
    """

    trip: Trip
    rides: tuple[tuple[int, int, int], ...]
    legs: tuple[LegFacts, ...]
    covers: tuple[Cover, ...]  # published fares, for as many legs as they pay for
    menu: Menu

    def days_steps(self, now_s: int) -> list[int]:
        """The days-before step of every leg's tariff, whole days of 24 hours being counted."""
        return [
            0 if facts.price_list is None else facts.price_list.days_step((leg.departs_s - now_s) // DAY_S)
            for leg, facts in zip(self.trip.legs, self.legs, strict=True)
        ]

    def load_steps(self, free: Sequence[tuple[int, int]]) -> list[int]:
        """The load step of every leg's tariff; `free` is (free, on sale) units per leg in the cabins asked about."""
        return [
            0 if facts.price_list is None else facts.price_list.load_step(*units)
            for facts, units in zip(self.legs, free, strict=True)
        ]

    def price(
        self,
        cabins: Sequence[Cabin],
        families: Families,
        passengers: tuple[str, ...],
        days_steps: Sequence[int],
        load_steps: Sequence[int],
    ) -> list[LegPrice]:
        """Prices of every leg in its own currency."""
        found: list[LegPrice | None] = [None] * len(self.legs)
        for cover in self.covers:
            _price_cover(self, cover, cabins, families, passengers, found)
        for number, leg in enumerate(self.legs):
            price_list = leg.price_list
            if found[number] is None and price_list is not None:
                cabin, family = cabins[number].code, families[number]
                days, load = days_steps[number], load_steps[number]
                pairs = [price_list.price(leg.distance_m, cabin, family, who, days, load) for who in passengers]
                prices, taxes = tuple([pair[0] for pair in pairs]), tuple([pair[1] for pair in pairs])
                found[number] = LegPrice(prices, taxes, price_list.tax_rate, price_list.tax_fixed)
        return [price for price in found if price is not None]


def _families(leg: LegFacts, cover: Cover | None) -> Families:
    price_list = leg.price_list
    if price_list is None or (cover is not None and cover.fare.currency != price_list.currency):
        return (STANDARD,)
    return price_list.families


def _currency(leg: LegFacts, cover: Cover | None) -> str:
    if cover is not None:
        return cover.fare.currency
    assert leg.price_list is not None
    return leg.price_list.currency


def _price_cover(
    proposal: Proposal,
    cover: Cover,
    cabins: Sequence[Cabin],
    families: Families,
    passengers: tuple[str, ...],
    found: list[LegPrice | None],
) -> None:
    """A published fare: the price of an adult in a cabin and family of factor 1, tax included, at any time.

    Cabin, family and category are taken from the tariff of the first leg it pays for, when that has the same
    currency. A fare for several legs is split by their distances.
    """
    first = cover.first
    prices = []
    for who in passengers:
        factor = _cover_factor(proposal.legs[first].price_list, cover, cabins[first], families[first], who)
        prices.append(to_minor(cover.fare.price * factor, cover.fare.currency))
    distances = [leg.distance_m for leg in proposal.legs[first : cover.last + 1]]
    split = [_split(price, distances) for price in prices]
    for number in range(first, cover.last + 1):
        parts = tuple(parts[number - first] for parts in split)
        found[number] = _published_price(proposal.legs[number].price_list, cover, parts)


def _published_price(price_list: PriceList | None, cover: Cover, prices: tuple[int, ...]) -> LegPrice:
    """The leg's part of a published fare, with the tax that its tariff says such fares contain."""
    if price_list is None or price_list.currency != cover.fare.currency or price_list.fare_tax_rate is None:
        return LegPrice(prices, (0,) * len(prices))
    rate = price_list.fare_tax_rate
    return LegPrice(prices, tuple(tax_within(price, rate) for price in prices), rate_text(rate))


def _cover_factor(price_list: PriceList | None, cover: Cover, cabin: Cabin, family: FareFamily, who: str) -> Decimal:
    if price_list is None or price_list.currency != cover.fare.currency:
        return Decimal(1)
    return price_list.fixed_factor(cabin.code, family, who)


def _split(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount by weight that add up to it exactly."""
    total = sum(weights)
    if total <= 0:
        return [amount, *[0] * (len(weights) - 1)]
    parts, done, seen = [], 0, 0
    for weight in weights:
        seen += weight
        reached = amount * seen // total
        parts.append(reached - done)
        done = reached
    return parts
