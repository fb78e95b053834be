"""Cabins, fare families, conditions, passengers, currencies and sales times."""

from __future__ import annotations

import tomllib
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from wayfare.contracts.catalogue.fares import FareFamily
from wayfare.contracts.catalogue.layout import Cabin
from wayfare.contracts.offers.api import ConditionStep
from wayfare.contracts.offers.conditions import describe
from wayfare.kernel.errors import ConfigurationError, ValidationFailed
from wayfare.services.catalogue import demo
from wayfare.services.offers.adapters.ecb_rates import DemoRates, EcbRates, read_rates
from wayfare.services.offers.domain.cabins import combine_cabins
from wayfare.services.offers.domain.conditions import StepBefore, combine_families, join_steps, steps_left
from wayfare.services.offers.domain.exchange import Rates
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


class TestDescribe:
    def test_in_plain_words_and_local_time(self) -> None:
        refund = (ConditionStep(DEPARTS - 24 * HOUR, 0), ConditionStep(DEPARTS, 125))
        assert describe(refund, (), DEPARTS, "Europe/Berlin") == (
            "Refundable free of charge until 14 June 2026, 10:00, then for a fee of 12.5 % until departure "
            "(15 June 2026, 10:00); not after that.",
            "Not exchangeable.",
        )

    def test_exchange_costs_the_difference(self) -> None:
        assert describe((), (ConditionStep(DEPARTS, 100),), DEPARTS, "UTC") == (
            "Not refundable.",
            "Exchangeable for a fee of 10 % until departure (15 June 2026, 08:00), plus any difference in price; "
            "not after that.",
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


RATES = Rates("ECB reference", date(2026, 6, 12), "EUR", {"GBP": Decimal("0.85"), "JPY": Decimal("160.5")})
FILE = "Date, USD, JPY, GBP, XXX, \n12 June 2026, 1.1172, 175.68, 0.83380, N/A, \n"


class TestRates:
    def test_convert_and_round_once(self) -> None:
        assert RATES.convert(1000, "EUR", "GBP") == 850
        assert RATES.convert(1, "GBP", "JPY") == 2  # 0.01 / 0.85 · 160.5 = 1.888
        assert RATES.convert(123, "GBP", "GBP") == 123

    def test_are_said_in_the_conditions(self) -> None:
        assert RATES.conversion({"EUR", "GBP"}, "EUR").sentence == (
            "Converted at ECB reference rates of 2026-06-12: 1 EUR = 0.85 GBP."
        )

    def test_are_rounded_to_the_decimals_of_the_currency(self) -> None:
        rates = DemoRates().find_rates(0)
        assert rates.convert(1000, "EUR", "JPY") == 1757  # 10.00 · 175.68 = 1756.8
        assert rates.convert(1000, "EUR", "KRW") == 14_918  # 14917.6
        assert rates.convert(1757, "JPY", "EUR") == 1000
        assert rates.convert(1000, "EUR", "INR") == 106_084

    def test_are_fresh_for_a_week(self) -> None:
        assert RATES.is_fresh_on(date(2026, 6, 19))
        assert not RATES.is_fresh_on(date(2026, 6, 20))
        assert not RATES.is_fresh_on(date(2026, 6, 11))

    def test_are_read_from_the_ecbs_file(self, tmp_path: Path) -> None:
        path = tmp_path / "eurofxref.csv"
        path.write_text(FILE)
        rates = read_rates(path)
        assert rates.published == date(2026, 6, 12)
        assert rates.worth == {"USD": Decimal("1.1172"), "JPY": Decimal("175.68"), "GBP": Decimal("0.83380")}
        source = EcbRates(path)
        monday = int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())
        assert source.find_rates(monday) == rates

    def test_old_ones_are_sold_at_with_a_warning_once_a_day(self, tmp_path: Path) -> None:
        path = tmp_path / "eurofxref.csv"
        path.write_text(FILE)
        source = EcbRates(path)
        friday = int(datetime(2026, 6, 19, tzinfo=UTC).timestamp())
        with capture_logs() as logs:
            assert source.find_rates(friday) == read_rates(path)
            assert logs == []
            for passed_s in (86_400, 86_400 + 600, 86_400 + 7200):
                assert source.find_rates(friday + passed_s) == read_rates(path)
            assert [(each["event"], each["published"]) for each in logs] == [("rates.old", "2026-06-12")]

    @pytest.mark.parametrize("name", ["rates.csv", "rates.zip"])
    def test_the_newest_day_of_the_file_of_all_days(self, name: str, tmp_path: Path) -> None:
        path, text = tmp_path / name, "Date,USD,CYP,\n2026-06-12,1.1172,N/A,\n2026-06-11,1.11,N/A,\n"
        if name.endswith("zip"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("eurofxref-hist.csv", text)
        else:
            path.write_text(text)
        rates = read_rates(path)
        assert (rates.published, rates.worth) == (date(2026, 6, 12), {"USD": Decimal("1.1172")})

    def test_a_zip_without_rates_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "rates.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "")
        with pytest.raises(ConfigurationError):
            read_rates(path)

    def test_a_replaced_file_is_read(self, tmp_path: Path) -> None:
        path, monday = tmp_path / "eurofxref.csv", int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())
        path.write_text(FILE)
        source = EcbRates(path)
        before = source.find_rates(monday)
        assert source.find_rates(monday + 61) is before
        (tmp_path / "new").write_text(FILE.replace("12 June", "15 June"))
        (tmp_path / "new").replace(path)
        assert source.find_rates(monday + 122).published == date(2026, 6, 15)

    def test_the_ecbs_zip_of_all_days(self, shared_data: Path) -> None:
        path = shared_data / "fx" / "eurofxref-hist.zip"
        if not path.exists():
            pytest.skip("the ECB's zip is not there")
        assert read_rates(path).worth.keys() >= {"USD", "JPY", "INR"}

    def test_the_last_good_file_serves(self, tmp_path: Path) -> None:
        path = tmp_path / "eurofxref.csv"
        path.write_text(FILE)
        source = EcbRates(path)
        path.write_text("gone wrong")
        assert source.find_rates(int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())) is not None

    @pytest.mark.parametrize("content", ["", "a,b\n1\n", "Date, USD\nnever, 1\n", "Date, USD\n12 June 2026, x\n"])
    def test_other_files_are_refused(self, content: str, tmp_path: Path) -> None:
        path = tmp_path / "eurofxref.csv"
        path.write_text(content)
        with pytest.raises(ConfigurationError):
            EcbRates(path)

    def test_without_a_file_only_the_demonstration_is_converted(self) -> None:
        rates = DemoRates().find_rates(0)
        assert rates.serves(["demo-air", "demo-rail-in"])
        assert not rates.serves(["demo-air", "a-carrier"])
        assert rates.conversion({"EUR", "INR"}, "EUR").sentence == (
            "Converted at the demonstration's ECB reference rates of 2026-10-30: 1 EUR = 106.0840 INR."
        )

    def test_of_the_demonstration_know_the_currencies_of_its_tariffs(self) -> None:
        tariffs = tomllib.loads((Path(demo.__file__).parent / "tariffs.toml").read_text())["tariff"]
        rates = DemoRates().find_rates(0)
        assert {tariff["currency"] for tariff in tariffs} - {"EUR"} == set(rates.worth)

    def test_of_the_demonstration_are_the_ecbs(self, shared_data: Path) -> None:
        published = read_rates(shared_data / "fx" / "eurofxref.csv")
        shipped = DemoRates().find_rates(0)
        if published.published == shipped.published:
            assert {code: published.worth[code] for code in shipped.worth} == shipped.worth

    def test_the_file_of_the_ecb_itself(self, shared_data: Path) -> None:
        assert read_rates(shared_data / "fx" / "eurofxref.csv").worth["USD"] > 0
