"""What a trip costs: legs with everything that prices them, and the sums for a party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from wayfare.contracts.catalogue.fares import FareFamily, FeedFare
from wayfare.contracts.catalogue.layout import Cabin
from wayfare.contracts.offers.api import ConditionStep
from wayfare.kernel.time import DAY_S
from wayfare.services.offers.domain.cabins import combine_cabins
from wayfare.services.offers.domain.conditions import Families, all_steps, combine_families
from wayfare.services.offers.domain.feed_fares import Cover, Ride, find_covers
from wayfare.services.offers.domain.tariffs import STANDARD, PriceList, to_minor
from wayfare.services.offers.domain.trips import Trip


class LegFacts(NamedTuple):
    """What is true of a leg on any day: the same for every departure of its service."""

    ride: Ride
    mode: str
    distance_m: int
    cabins: tuple[Cabin, ...]  # none: no layout
    price_list: PriceList | None


class LegPrice(NamedTuple):
    """Minor units per passenger: prices with tax, and the tax in each."""

    prices: tuple[int, ...]
    taxes: tuple[int, ...]


class TripCabin(msgspec.Struct, frozen=True):
    """A comfort level of a trip: one cabin per leg; code and name show all that differ ("first + 1A")."""

    cabins: tuple[Cabin, ...]
    code: str
    name: str


class TripFamily(msgspec.Struct, frozen=True):
    """A fare family of a trip: one per leg, with the conditions they come to together."""

    families: Families
    code: str
    name: str
    refund: tuple[ConditionStep, ...]
    exchange: tuple[ConditionStep, ...]

    @classmethod
    def of(cls, families: Families, departs_s: int) -> TripFamily:
        return cls(
            families,
            _joint(family.code for family in families),
            _joint(family.name for family in families),
            all_steps(families, "refund", departs_s),
            all_steps(families, "exchange", departs_s),
        )


def _joint(names: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(names))


class Proposal(msgspec.Struct, frozen=True):
    """A planned trip with what does not change from one search to the next.

    `rides` are (departure id, from call, to call) per leg. `problem` says why it cannot be sold at all: no_layout
    or no_fare.
    """

    trip: Trip
    rides: tuple[tuple[int, int, int], ...]
    legs: tuple[LegFacts, ...]
    covers: tuple[Cover, ...]
    currencies: tuple[str, ...]  # per leg
    cabins: tuple[TripCabin, ...]
    families: tuple[TripFamily, ...]
    problem: str | None

    @classmethod
    def of(
        cls,
        trip: Trip,
        rides: tuple[tuple[int, int, int], ...],
        legs: tuple[LegFacts, ...],
        fares: dict[str, tuple[FeedFare, ...]],
    ) -> Proposal:
        covers = find_covers([leg.ride for leg in legs], fares)
        published = {number: cover for cover in covers for number in range(cover.first, cover.last + 1)}
        cabins = combine_cabins([leg.cabins for leg in legs])
        priced = all(leg.price_list or number in published for number, leg in enumerate(legs))
        if not cabins or not priced:
            problem = "no_layout" if not cabins else "no_fare"
            return cls(trip, rides, legs, covers, (), (), (), problem)
        families = combine_families([_families(leg, published.get(n)) for n, leg in enumerate(legs)])
        departs_s = trip.legs[0].departs_s
        return cls(
            trip,
            rides,
            legs,
            covers,
            tuple(_currency(leg, published.get(n)) for n, leg in enumerate(legs)),
            tuple(TripCabin(level, _joint(c.code for c in level), _joint(c.name for c in level)) for level in cabins),
            tuple(TripFamily.of(combination, departs_s) for combination in families),
            None,
        )

    def price(
        self,
        cabins: Sequence[Cabin],
        families: Families,
        passengers: tuple[str, ...],
        free: Sequence[tuple[int, int]],
        now_s: int,
    ) -> list[LegPrice]:
        """Prices of every leg in its own currency; `free` is (free, on sale) units per leg in those cabins."""
        found: list[LegPrice | None] = [None] * len(self.legs)
        for cover in self.covers:
            _price_cover(self, cover, cabins, families, passengers, found)
        for number, leg in enumerate(self.legs):
            if found[number] is None and leg.price_list is not None:
                days_left = (self.trip.legs[number].departs_s - now_s) // DAY_S
                days = leg.price_list.days_factor(days_left)
                load = leg.price_list.load_factor(*free[number])
                pairs = [
                    leg.price_list.price(leg.distance_m, cabins[number].code, families[number], who, days, load)
                    for who in passengers
                ]
                found[number] = LegPrice(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
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
        found[number] = LegPrice(parts, (0,) * len(parts))


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
