"""Price planned trips for a party and seal an offer for every cabin and fare family that has seats left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from wayfare.contracts.inventory.api import CountFree, InventoryApi, LegRequest
from wayfare.contracts.offers.api import ConditionStep, Conversion, Offer, OfferLeg
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.time import Clock
from wayfare.services.offers.application.ports import RateSource
from wayfare.services.offers.domain.conditions import steps_left
from wayfare.services.offers.domain.exchange import Rates
from wayfare.services.offers.domain.quotes import LegPrice, Proposal, TripCabin, TripFamily
from wayfare.services.offers.domain.recent import Recent
from wayfare.services.offers.domain.sales import SalesRules

Units = tuple[Mapping[str, int], Mapping[str, int]]  # free, on sale; by cabin
Ride = tuple[int, int, int]  # departure id, from call, to call
ISSUED_EVERY_S = 10
_PRICED_MAX = 2048


class Price(NamedTuple):
    """For a party. Prices in several currencies are in order of these first."""

    currency: str
    total: int  # minor units


class Ranked(NamedTuple):
    """Trips that can be sold, in the order of what they would cost empty; `reasons` of those that cannot."""

    trips: Sequence[tuple[Price, Proposal]]
    reasons: frozenset[str]


class PricedOffer(msgspec.Struct, frozen=True, gc=False):
    """`token` is None when fewer seats are left than passengers, `seats_left` when nobody can tell at the moment."""

    token: str | None
    cabin: TripCabin
    family: TripFamily
    passengers: tuple[int, ...]  # minor units of `currency`, over all legs
    total: int
    currency: str
    seats_left: int | None
    refund: tuple[ConditionStep, ...]  # the steps still to come
    exchange: tuple[ConditionStep, ...]
    expires_s: int
    conversion: Conversion | None
    name_change_until_s: int | None


class PricedTrip(msgspec.Struct, frozen=True, gc=False):
    """`reason` says why there are no offers: departed, closed, not_yet_on_sale, no_layout, no_fare, currency_mix."""

    proposal: Proposal
    offers: tuple[PricedOffer, ...]
    reason: str | None

    @property
    def cheapest(self) -> PricedOffer | None:
        """The cheapest offer that can be had."""
        return min((offer for offer in self.offers if offer.token), key=lambda offer: offer.total, default=None)


class PriceTrips:
    """Asks inventory once for all legs of all trips.

    Offers are issued at full ten seconds. Until the next one the same trip, asked for by the same party with the
    same seats left, gets the same offers. While inventory cannot tell what is free, trips are offered all the same, at
    the price of the load last seen: whether there are seats shows when they are held.
    """

    def __init__(
        self, inventory: InventoryApi, seal: Seal[Offer], clock: Clock, rates: RateSource, rules: SalesRules
    ) -> None:
        self._inventory = inventory
        self._seal = seal
        self._clock = clock
        self._rates = rates
        self._rules = rules
        self._priced: Recent[tuple[object, ...], tuple[object, PricedTrip]] = Recent(_PRICED_MAX)

    async def __call__(
        self, proposals: Sequence[Proposal], passengers: tuple[str, ...], currency: str | None, cabin: str | None
    ) -> tuple[PricedTrip, ...]:
        """The trips in the order given; `cabin` keeps offers with that cabin on any leg."""
        now_s = self._clock.now_s()
        rates = self._rates.get_rates()
        reasons = [self._find_hindrance(proposal, currency, rates, now_s) for proposal in proposals]
        units, current = await self._count([p for p, why in zip(proposals, reasons, strict=True) if why is None])
        issued_s = now_s - now_s % ISSUED_EVERY_S
        desk = _Desk(self._seal, self._rules, passengers, currency, cabin, issued_s, rates, current)
        return tuple(
            PricedTrip(proposal, (), why) if why is not None else self._price(desk, proposal, units)
            for proposal, why in zip(proposals, reasons, strict=True)
        )

    def rank(
        self, proposals: Sequence[Proposal], passengers: tuple[str, ...], currency: str | None, cabin: str | None
    ) -> Ranked:
        """Without asking inventory: what trips cost at least where fuller vehicles are not cheaper."""
        now_s, rates = self._clock.now_s(), self._rates.get_rates()
        desk = _Desk(self._seal, self._rules, passengers, currency, cabin, now_s - now_s % ISSUED_EVERY_S, rates, False)
        trips: list[tuple[Price, Proposal]] = []
        reasons: set[str] = set()
        for proposal in proposals:
            why = self._find_hindrance(proposal, currency, rates, now_s)
            if why is not None:
                reasons.add(why)
            elif (least := desk.least(proposal)) is not None:
                trips.append((least, proposal))
        return Ranked(sorted(trips, key=lambda trip: trip[0]), frozenset(reasons))

    def _price(self, desk: _Desk, proposal: Proposal, units: Mapping[Ride, Units]) -> PricedTrip:
        at_hand = [units[ride] for ride in proposal.rides]
        seen = (desk.issued_s, desk.rates, desk.current, *[(*free.items(), *total.items()) for free, total in at_hand])
        key = (id(proposal), desk.passengers, desk.currency, desk.cabin)
        known = self._priced.find(key)
        if known is None or known[0] != seen or known[1].proposal is not proposal:
            known = seen, PricedTrip(proposal, desk.offer(proposal, at_hand), None)
            self._priced.keep(key, known)
        return known[1]

    def _find_hindrance(self, proposal: Proposal, currency: str | None, rates: Rates, now_s: int) -> str | None:
        why = self._rules.find_hindrance(proposal, now_s) or proposal.menu.problem
        if why is not None:
            return why
        wanted = {*proposal.menu.currencies, currency or proposal.menu.currencies[0]}
        if len(wanted) == 1:
            return None
        if all(map(rates.knows, wanted)) and rates.serves(leg.ride.feed for leg in proposal.legs):
            return None
        return "currency_mix" if len(set(proposal.menu.currencies)) > 1 else "other_currency"

    async def _count(self, proposals: Sequence[Proposal]) -> tuple[dict[Ride, Units], bool]:
        """The units of every ride, and whether they are what is free now."""
        rides = dict.fromkeys(ride for proposal in proposals for ride in proposal.rides)
        if not rides:
            return {}, True
        try:
            answer = await self._inventory.count_free(CountFree(tuple(LegRequest(*ride, "") for ride in rides)))
        except Unavailable:  # it runs in another process, which is away
            return dict.fromkeys(rides, ({}, {})), False
        return dict(zip(rides, zip(answer.free, answer.total, strict=True), strict=True)), answer.current


class _Desk(NamedTuple):
    """Makes the offers of one search."""

    seal: Seal[Offer]
    rules: SalesRules
    passengers: tuple[str, ...]
    currency: str | None
    cabin: str | None
    issued_s: int
    rates: Rates
    current: bool

    def offer(self, proposal: Proposal, at_hand: Sequence[Units]) -> tuple[PricedOffer, ...]:
        expires_s = min(self.issued_s + self.rules.offer_ttl_s, self.rules.closes_s(proposal))
        days_steps = proposal.days_steps(self.issued_s)
        offers = []
        for level in self._levels(proposal):
            free = [
                (counts[0].get(cabin.code, 0), counts[1].get(cabin.code, 0))
                for counts, cabin in zip(at_hand, level.cabins, strict=True)
            ]
            steps = days_steps, proposal.load_steps(free)
            seats_left = min([each[0] for each in free]) if self.current else None
            for family in proposal.menu.families:
                prices = proposal.price(level.cabins, family.families, self.passengers, *steps)
                offers.append(self.one(proposal, level, family, prices, seats_left, expires_s))
        return tuple(offers)

    def least(self, proposal: Proposal) -> Price | None:
        """The cheapest offer as long as nothing is sold; None where no leg has the cabin wanted."""
        steps = proposal.days_steps(self.issued_s), proposal.load_steps([(1, 1)] * len(proposal.legs))
        currency = self.currency or proposal.menu.currencies[0]
        totals = []
        for level in self._levels(proposal):
            for family in proposal.menu.families:
                prices = proposal.price(level.cabins, family.families, self.passengers, *steps)
                converted, _ = self._convert(prices, proposal.menu.currencies, currency)
                totals.append(sum(sum(price.prices) for price in converted))
        return Price(currency, min(totals)) if totals else None

    def _levels(self, proposal: Proposal) -> list[TripCabin]:
        wanted = self.cabin
        return [
            level
            for level in proposal.menu.cabins
            if wanted is None or any(cabin.code == wanted for cabin in level.cabins)
        ]

    def one(
        self,
        proposal: Proposal,
        level: TripCabin,
        family: TripFamily,
        prices: list[LegPrice],
        seats_left: int | None,
        expires_s: int,
    ) -> PricedOffer:
        departs_s = proposal.trip.legs[0].departs_s
        currency = self.currency or proposal.menu.currencies[0]
        prices, conversion = self._convert(prices, proposal.menu.currencies, currency)
        refund = steps_left(family.refund, departs_s, self.issued_s)
        exchange = steps_left(family.exchange, departs_s, self.issued_s)
        names_s = None if family.name_change_s is None else departs_s - family.name_change_s
        token = None
        if seats_left is None or seats_left >= len(self.passengers):
            legs = [
                OfferLeg(*ride, cabin.code, price.prices, price.taxes, price.tax_rate, price.tax_fixed)
                for ride, cabin, price in zip(proposal.rides, level.cabins, prices, strict=True)
            ]
            offer = Offer(
                legs=tuple(legs),
                passengers=self.passengers,
                fare_family=family.code,
                currency=currency,
                departs_s=departs_s,
                refund=refund,
                exchange=exchange,
                issued_s=self.issued_s,
                expires_s=expires_s,
                conversion=conversion,
                name_change_until_s=names_s,
            )
            token = self.seal.seal(offer)
        sums = prices[0].prices
        if len(prices) > 1:
            sums = tuple(map(sum, zip(*[price.prices for price in prices], strict=True)))
        return PricedOffer(
            token,
            level,
            family,
            sums,
            sum(sums),
            currency,
            seats_left,
            refund,
            exchange,
            expires_s,
            conversion,
            names_s,
        )

    def _convert(
        self, prices: list[LegPrice], currencies: tuple[str, ...], target: str
    ) -> tuple[list[LegPrice], Conversion | None]:
        origins = set(currencies)
        if origins == {target}:
            return prices, None
        convert = self.rates.convert
        converted = [
            LegPrice(
                tuple(convert(minor, origin, target) for minor in price.prices),
                tuple(convert(minor, origin, target) for minor in price.taxes),
                price.tax_rate,
                convert(price.tax_fixed, origin, target),
            )
            for price, origin in zip(prices, currencies, strict=True)
        ]
        return converted, self.rates.conversion(origins, target)
