"""Price planned trips for a party and seal an offer for every cabin and fare family that has seats left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from wayfare.contracts.catalogue.layout import Cabin
from wayfare.contracts.inventory.api import CountFree, InventoryApi, LegRequest
from wayfare.contracts.offers.api import ConditionStep, Offer, OfferLeg
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.time import Clock
from wayfare.services.offers.application.ports import RateSource
from wayfare.services.offers.domain.conditions import Families, find_steps, joint_code
from wayfare.services.offers.domain.exchange import Rates
from wayfare.services.offers.domain.quotes import LegPrice, Proposal
from wayfare.services.offers.domain.sales import SalesRules

Units = tuple[Mapping[str, int], Mapping[str, int]]  # free, on sale; by cabin


class PricedOffer(msgspec.Struct, frozen=True):
    """`token` is None when fewer seats are left than passengers."""

    token: str | None
    cabins: tuple[Cabin, ...]  # one per leg
    families: Families
    passengers: tuple[int, ...]  # minor units of `currency`, over all legs
    currency: str
    seats_left: int
    refund: tuple[ConditionStep, ...]
    exchange: tuple[ConditionStep, ...]
    expires_s: int
    remark: str | None  # how the price was converted

    @property
    def total(self) -> int:
        return sum(self.passengers)


class PricedTrip(msgspec.Struct, frozen=True):
    """`reason` says why there are no offers: departed, closed, not_yet_on_sale, no_layout, no_fare, currency_mix."""

    proposal: Proposal
    offers: tuple[PricedOffer, ...]
    reason: str | None

    @property
    def cheapest(self) -> PricedOffer | None:
        """The cheapest offer that can be had."""
        return min((offer for offer in self.offers if offer.token), key=lambda offer: offer.total, default=None)


class PriceTrips:
    """Asks inventory once for all legs of all trips."""

    def __init__(
        self, inventory: InventoryApi, seal: Seal[Offer], clock: Clock, rates: RateSource, rules: SalesRules
    ) -> None:
        self._inventory = inventory
        self._seal = seal
        self._clock = clock
        self._rates = rates
        self._rules = rules

    async def __call__(
        self, proposals: Sequence[Proposal], passengers: tuple[str, ...], currency: str | None, cabin: str | None
    ) -> tuple[PricedTrip, ...]:
        """The trips in the order given; `cabin` keeps offers with that cabin on any leg."""
        now_s = self._clock.now_s()
        rates = self._rates.find_rates(now_s)
        reasons = [self._find_hindrance(proposal, currency, rates, now_s) for proposal in proposals]
        units = await self._count([p for p, why in zip(proposals, reasons, strict=True) if why is None])
        counter = _Counter(self._seal, self._rules, passengers, currency, cabin, now_s, rates)
        return tuple(
            PricedTrip(proposal, counter.offer(proposal, units) if why is None else (), why)
            for proposal, why in zip(proposals, reasons, strict=True)
        )

    def _find_hindrance(self, proposal: Proposal, currency: str | None, rates: Rates | None, now_s: int) -> str | None:
        why = self._rules.find_hindrance(proposal, now_s) or proposal.problem
        if why is not None:
            return why
        wanted = {*proposal.currencies, currency or proposal.currencies[0]}
        if len(wanted) == 1 or (rates is not None and all(map(rates.knows, wanted))):
            return None
        return "currency_mix" if len(set(proposal.currencies)) > 1 else "other_currency"

    async def _count(self, proposals: Sequence[Proposal]) -> dict[tuple[int, int, int], Units]:
        rides = dict.fromkeys(ride for proposal in proposals for ride in _rides(proposal))
        if not rides:
            return {}
        answer = await self._inventory.count_free(CountFree(tuple(LegRequest(*ride, "") for ride in rides)))
        return dict(zip(rides, zip(answer.free, answer.total, strict=True), strict=True))


def _rides(proposal: Proposal) -> list[tuple[int, int, int]]:
    return [
        (departure, leg.from_call, leg.to_call)
        for departure, leg in zip(proposal.departure_ids, proposal.trip.legs, strict=True)
    ]


class _Counter:
    """Makes the offers of one search."""

    def __init__(
        self,
        seal: Seal[Offer],
        rules: SalesRules,
        passengers: tuple[str, ...],
        currency: str | None,
        cabin: str | None,
        now_s: int,
        rates: Rates | None,
    ) -> None:
        self._seal = seal
        self._rules = rules
        self._passengers = passengers
        self._currency = currency
        self._cabin = cabin
        self._now_s = now_s
        self._rates = rates

    def offer(self, proposal: Proposal, units: Mapping[tuple[int, int, int], Units]) -> tuple[PricedOffer, ...]:
        at_hand = [units[ride] for ride in _rides(proposal)]
        offers = []
        for cabins in proposal.cabins:
            if self._cabin is not None and all(cabin.code != self._cabin for cabin in cabins):
                continue
            free = [
                (counts[0].get(cabin.code, 0), counts[1].get(cabin.code, 0))
                for counts, cabin in zip(at_hand, cabins, strict=True)
            ]
            offers += [self._make(proposal, cabins, families, free) for families in proposal.families]
        return tuple(offers)

    def _make(
        self, proposal: Proposal, cabins: tuple[Cabin, ...], families: Families, free: list[tuple[int, int]]
    ) -> PricedOffer:
        prices = proposal.price(cabins, families, self._passengers, free, self._now_s)
        currency = self._currency or proposal.currencies[0]
        prices, remark = self._convert(prices, proposal.currencies, currency)
        departs_s = proposal.trip.legs[0].departs_s
        refund = find_steps(families, "refund", departs_s, self._now_s)
        exchange = find_steps(families, "exchange", departs_s, self._now_s)
        expires_s = min(self._now_s + self._rules.offer_ttl_s, self._rules.closes_s(proposal))
        seats_left = min(each[0] for each in free)
        token = None
        if seats_left >= len(self._passengers):
            legs = tuple(
                OfferLeg(*ride, cabin.code, price.prices, price.taxes)
                for ride, cabin, price in zip(_rides(proposal), cabins, prices, strict=True)
            )
            token = self._seal.seal(
                Offer(
                    legs,
                    self._passengers,
                    joint_code(families),
                    currency,
                    departs_s,
                    refund,
                    exchange,
                    self._now_s,
                    expires_s,
                )
            )
        sums = tuple(map(sum, zip(*(price.prices for price in prices), strict=True)))
        return PricedOffer(token, cabins, families, sums, currency, seats_left, refund, exchange, expires_s, remark)

    def _convert(
        self, prices: list[LegPrice], currencies: tuple[str, ...], target: str
    ) -> tuple[list[LegPrice], str | None]:
        origins = set(currencies)
        if origins == {target} or self._rates is None:
            return prices, None
        convert = self._rates.convert
        converted = [
            LegPrice(
                tuple(convert(minor, origin, target) for minor in price.prices),
                tuple(convert(minor, origin, target) for minor in price.taxes),
            )
            for price, origin in zip(prices, currencies, strict=True)
        ]
        return converted, self._rates.sentence(origins, target)
