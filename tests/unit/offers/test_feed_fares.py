from __future__ import annotations

from decimal import Decimal

from wayfare.contracts.catalogue.fares import FeedFare, FeedFareRule
from wayfare.services.offers.domain.feed_fares import Ride, applies, find_covers


def ride(line: str = "l", origin: str = "1", goal: str = "1", *, feed: str = "f", operator: str = "o") -> Ride:
    return Ride(feed, operator, line, origin, goal, frozenset({origin, goal} - {""}))


def fare(
    code: str, price: str, *rules: FeedFareRule, transfers: int | None = 0, operator: str | None = None
) -> FeedFare:
    return FeedFare(code, Decimal(price), "USD", transfers, operator, rules)


class TestApplies:
    def test_a_fare_without_rules_anywhere(self) -> None:
        assert applies(fare("p", "2"), [ride()])

    def test_only_on_its_lines(self) -> None:
        express = fare("x", "5", FeedFareRule(route_id="express"), FeedFareRule(route_id="airport"), transfers=None)
        assert applies(express, [ride("express")])
        assert applies(express, [ride("express"), ride("airport")])
        assert not applies(express, [ride("express"), ride("local")])

    def test_from_zone_to_zone(self) -> None:
        far = fare("far", "9", FeedFareRule(origin_zone="1", destination_zone="3"))
        assert applies(far, [ride(origin="1", goal="3")])
        assert not applies(far, [ride(origin="3", goal="1")])
        assert not applies(far, [ride(origin="1", goal="2")])

    def test_through_exactly_its_zones(self) -> None:
        through = fare("z", "4", FeedFareRule(contains_zones=("1", "2")))
        assert applies(through, [ride(origin="1", goal="2")])
        assert not applies(through, [ride(origin="1", goal="1")])
        assert not applies(through, [Ride("f", "o", "l", "1", "2", frozenset("123"))])

    def test_with_no_more_transfers_than_it_allows(self) -> None:
        legs = [ride(), ride(), ride()]
        assert not applies(fare("0", "1", transfers=0), legs)
        assert not applies(fare("1", "1", transfers=1), legs)
        assert applies(fare("2", "1", transfers=2), legs)
        assert applies(fare("any", "1", transfers=None), legs)

    def test_only_with_its_operator(self) -> None:
        assert not applies(fare("p", "1", operator="other"), [ride()])


class TestFindCovers:
    def test_a_feed_without_fares_is_left_to_tariffs(self) -> None:
        assert find_covers([ride(), ride()], {}) == ()

    def test_one_fare_for_both_legs_when_that_is_cheaper(self) -> None:
        fares = {"f": (fare("single", "3"), fare("through", "5", transfers=1))}
        (cover,) = find_covers([ride(), ride()], fares)
        assert (cover.first, cover.last, cover.fare.fare_id) == (0, 1, "through")

    def test_one_each_when_that_is_cheaper(self) -> None:
        fares = {"f": (fare("single", "2"), fare("through", "5", transfers=1))}
        assert [cover.fare.fare_id for cover in find_covers([ride(), ride()], fares)] == ["single", "single"]

    def test_never_across_feeds(self) -> None:
        fares = {"f": (fare("any", "2", transfers=None),), "g": (fare("g", "4", transfers=None),)}
        covers = find_covers([ride(), ride(feed="g"), ride()], fares)
        assert [(cover.first, cover.last) for cover in covers] == [(0, 0), (1, 1), (2, 2)]

    def test_as_many_legs_as_can_be(self) -> None:
        fares = {"f": (fare("x", "1", FeedFareRule(route_id="x")),)}
        covers = find_covers([ride("local"), ride("x")], fares)
        assert [(cover.first, cover.last) for cover in covers] == [(1, 1)]

    def test_the_cheapest(self) -> None:
        fares = {"f": (fare("dear", "3"), fare("cheap", "2"), fare("elsewhere", "1", FeedFareRule(route_id="x")))}
        assert [cover.fare.fare_id for cover in find_covers([ride()], fares)] == ["cheap"]
