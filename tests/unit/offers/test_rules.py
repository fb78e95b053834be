"""Cabins, fare families, conditions, passengers and sales times."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from wayfare.contracts.catalogue.fares import FareFamily
from wayfare.contracts.catalogue.layout import Cabin
from wayfare.contracts.offers.api import ConditionStep
from wayfare.contracts.offers.conditions import describe
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.offers.domain.cabins import combine_cabins
from wayfare.services.offers.domain.conditions import (
    StepBefore,
    combine_families,
    join_name_change,
    join_steps,
    steps_left,
)
from wayfare.services.offers.domain.passengers import parse_passengers

FIRST, SECOND = Cabin("first", "First", 1), Cabin("second", "Second", 2)
INDIA = tuple(Cabin(code, code, comfort) for comfort, code in enumerate(["1A", "2A", "3A", "SL"], 1))
BUS = (Cabin("coach", "Coach", 3),)
DEPARTS = int(datetime(2026, 6, 15, 8, 0, tzinfo=UTC).timestamp())
HOUR = 3600


def family(code: str, factor: str = "1", refund: object = (), exchange: object = ()) -> FareFamily:
    steps = [tuple((hours, Decimal(share)) for hours, share in table) for table in (refund, exchange)]  # type: ignore[attr-defined]
    return FareFamily(code, code.title(), Decimal(factor), *steps)


class TestCombineCabins:
    def codes(self, *legs: tuple[Cabin, ...]) -> list[tuple[str, ...]]:
        return [tuple(cabin.code for cabin in cabins) for cabins in combine_cabins(legs)]

    def test_of_one_leg_the_best_first(self) -> None:
        assert self.codes((SECOND, FIRST)) == [("first",), ("second",)]

    def test_the_same_code_goes_together(self) -> None:
        assert self.codes((FIRST, SECOND), (SECOND, FIRST)) == [("first", "first"), ("second", "second")]

    def test_a_leg_with_one_cabin_takes_everybody(self) -> None:
        assert self.codes((FIRST, SECOND), BUS) == [("first", "coach"), ("second", "coach")]

    def test_by_rank_where_codes_differ(self) -> None:
        assert self.codes(INDIA, (FIRST, SECOND)) == [
            ("1A", "first"),
            ("2A", "second"),
            ("3A", "second"),
            ("SL", "second"),
        ]

    def test_of_vehicles_with_one_cabin_each(self) -> None:
        assert self.codes((FIRST,), BUS) == [("first", "coach")]

    def test_none_without_a_layout(self) -> None:
        assert self.codes((FIRST, SECOND), ()) == []


class TestCombineFamilies:
    def codes(self, *legs: tuple[FareFamily, ...]) -> list[tuple[str, ...]]:
        return [tuple(each.code for each in families) for families in combine_families(legs)]

    def test_common_ones_go_together(self) -> None:
        saver, flex, light = family("saver"), family("flex"), family("light")
        assert self.codes((saver, flex), (light, flex, saver)) == [("saver", "saver"), ("flex", "flex")]

    def test_else_the_cheapest_and_the_dearest(self) -> None:
        one = (family("saver", "0.7"), family("flex", "1.2"))
        other = (family("plus", "1.1"), family("basic", "0.9"), family("max", "2"))
        assert self.codes(one, other) == [("saver", "basic"), ("flex", "max")]
        assert self.codes((family("a"),), (family("b"),)) == [("a", "b")]


class TestSteps:
    def test_of_one_family(self) -> None:
        flex = family("flex", refund=((24, "0"), (0, "0.2")))
        assert join_steps((flex,), "refund") == (
            StepBefore(24 * HOUR, 0),
            StepBefore(0, 200),
        )

    def test_none_when_it_is_never_given_back(self) -> None:
        assert join_steps((family("saver"),), "refund") == ()

    def test_the_strictest_leg_governs(self) -> None:
        one = family("one", refund=((48, "0.1"), (24, "0.5"), (0, "0.9")))
        two = family("two", refund=((36, "0.3"), (12, "0.6")))
        assert join_steps((one, two), "refund") == (
            StepBefore(48 * HOUR, 300),
            StepBefore(36 * HOUR, 500),
            StepBefore(24 * HOUR, 600),
            StepBefore(12 * HOUR, 900),  # after that the second gives nothing back
        )
        assert join_steps((one, family("never")), "refund") == ()

    @pytest.mark.parametrize("hours_left", [60, 48, 47, 36, 30, 24, 23, 12, 11, 1, 0])
    def test_mean_what_the_tables_say_at_any_time(self, hours_left: int) -> None:
        tables = [((48, "0.1"), (24, "0.5"), (0, "0.9")), ((36, "0.3"), (12, "0.6"))]
        families = tuple(family(f"{n}", refund=table) for n, table in enumerate(tables))
        shares = [next((Decimal(kept) for limit, kept in table if limit <= hours_left), None) for table in tables]
        expected = None if None in shares else int(max(share for share in shares if share is not None) * 1000)
        at = DEPARTS - hours_left * HOUR
        steps = join_steps(families, "refund")
        assert next((step.fee_permille for step in steps if at <= DEPARTS - step.before_s), None) == expected

    def test_that_are_over_are_left_out(self) -> None:
        steps = join_steps((family("x", refund=((24, "0"), (0, "0.2"))),), "refund")
        first, last = ConditionStep(DEPARTS - 24 * HOUR, 0), ConditionStep(DEPARTS, 200)
        assert steps_left(steps, DEPARTS, DEPARTS - 25 * HOUR) == (first, last)
        assert steps_left(steps, DEPARTS, DEPARTS - 24 * HOUR) == (last,)
        assert steps_left(steps, DEPARTS, DEPARTS) == ()


class TestNameChange:
    def test_the_strictest_leg_governs(self) -> None:
        def of(hours: int | None) -> FareFamily:
            return FareFamily("x", "X", Decimal(1), name_change=hours)

        assert join_name_change((of(2), of(24), of(0))) == 24 * HOUR
        assert join_name_change((of(2), of(None))) is None

    def test_in_words(self) -> None:
        told = describe((), (), DEPARTS, "Europe/Berlin", DEPARTS - 2 * HOUR)
        assert told[-1] == "The name on a ticket can be changed free of charge until 15 June 2026, 08:00."


class TestDescribe:
    def test_in_plain_words_and_local_time(self) -> None:
        refund = (ConditionStep(DEPARTS - 24 * HOUR, 0), ConditionStep(DEPARTS, 125))
        assert describe(refund, (), DEPARTS, "Europe/Berlin") == (
            "Refundable free of charge until 14 June 2026, 10:00, then for a fee of 12.5 % until departure "
            "(15 June 2026, 10:00); not after that.",
            "Not exchangeable.",
            "The name on a ticket cannot be changed.",
        )

    def test_exchange_costs_the_difference(self) -> None:
        assert describe((), (ConditionStep(DEPARTS, 100),), DEPARTS, "UTC") == (
            "Not refundable.",
            "Exchangeable for a fee of 10 % until departure (15 June 2026, 08:00), plus any difference in price; "
            "not after that.",
            "The name on a ticket cannot be changed.",
        )


class TestPassengers:
    def test_each_with_a_category(self) -> None:
        assert parse_passengers("adult:2,child:1") == ("adult", "adult", "child")

    @pytest.mark.parametrize(
        "text",
        ["", "adult", "adult:", "adult:0", "adult:10", "adult:5,child:5", "adult:-1", "adult:1.0", "alien:1",
         "adult:1,adult:1", "adult:1,", "adult:٣", "Adult:1", " adult:1", "adult:001"],
    )  # fmt: skip
    def test_refused(self, text: str) -> None:
        with pytest.raises(ValidationFailed):
            parse_passengers(text)
