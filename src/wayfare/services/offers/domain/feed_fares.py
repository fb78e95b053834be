"""Fares a feed publishes (GTFS fare_attributes.txt and fare_rules.txt, "fares v1") and where they apply.

Rules as OpenTripPlanner and Google read them: a fare without rules applies anywhere in its feed; a rule with blank
columns does not look at them; every line ridden must be allowed; zones to pass through must be exactly those the
ride passes. `transfers` limits how many changes one fare pays for. The cheapest fare that applies counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from wayfare.contracts.catalogue.fares import FeedFare, FeedFareRule


class Ride(msgspec.Struct, frozen=True, gc=False):
    """A leg as the rules see it."""

    feed: str
    operator: str
    line: str
    origin_zone: str  # "" where the place is in no zone
    destination_zone: str
    zones: frozenset[str]  # of all calls from boarding to leaving


class Cover(msgspec.Struct, frozen=True, gc=False):
    """One published fare for the legs `first` to `last` (both included)."""

    first: int
    last: int
    fare: FeedFare


def applies(fare: FeedFare, rides: Sequence[Ride]) -> bool:
    """Whether one fare pays for these rides, taken one after the other within one feed."""
    if fare.transfers is not None and len(rides) - 1 > fare.transfers:
        return False
    if fare.operator is not None and any(ride.operator != fare.operator for ride in rides):
        return False
    if not fare.rules:
        return True
    zones = frozenset().union(*(ride.zones for ride in rides))
    fitting = [rule for rule in fare.rules if _zones_fit(rule, rides, zones)]
    lines = {rule.route_id for rule in fitting}
    return bool(fitting) and (None in lines or all(ride.line in lines for ride in rides))


def _zones_fit(rule: FeedFareRule, rides: Sequence[Ride], zones: frozenset[str]) -> bool:
    return (
        rule.origin_zone in (None, rides[0].origin_zone)
        and rule.destination_zone in (None, rides[-1].destination_zone)
        and (not rule.contains_zones or zones == frozenset(rule.contains_zones))
    )


def find_cheapest(fares: Sequence[FeedFare], rides: Sequence[Ride]) -> FeedFare | None:
    fitting = [fare for fare in fares if applies(fare, rides)]
    return min(fitting, key=lambda fare: (fare.price, fare.fare_id), default=None)


def find_covers(rides: Sequence[Ride], fares: dict[str, tuple[FeedFare, ...]]) -> tuple[Cover, ...]:
    """The published fares that pay for as many legs as can be, then for the least money; a leg has one at most.

    A leg no cover names is left to the tariffs.
    """
    # best[i] is for the legs before i: (legs without a fare, money, covers).
    best: list[tuple[int, Decimal, tuple[Cover, ...]]] = [(0, Decimal(0), ())]
    for end in range(1, len(rides) + 1):
        bare, money, covers = best[end - 1]
        choice = (bare + 1, money, covers)
        for start in range(end - 1, -1, -1):
            feed = rides[start].feed
            if feed != rides[end - 1].feed or not fares.get(feed):
                break
            fare = find_cheapest(fares[feed], rides[start:end])
            if fare is not None:
                bare, money, covers = best[start]
                option = (bare, money + fare.price, (*covers, Cover(start, end - 1, fare)))
                choice = min(choice, option, key=lambda each: each[:2])
        best.append(choice)
    return best[-1][2]
