from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from unit.offers.worlds import standard_tariff
from wayfare.contracts.catalogue.fares import FareFamily, LoadStep, Tariff, TimeStep
from wayfare.kernel.money import minor_units
from wayfare.services.offers.domain.tariffs import PriceList, find_tariff, rate_text, tax_within, to_minor

ONE = Decimal(1)
SAVER = FareFamily("saver", "Saver", Decimal("0.7"))
RAIL = {"feed": "f", "operator": "o", "line": "l", "mode": "rail"}


def tariff(code: str, **changes: object) -> Tariff:
    return standard_tariff(code=code, **changes)


class TestFindTariff:
    def test_none_fits(self) -> None:
        assert find_tariff([tariff("air", mode="air")], **RAIL) is None

    def test_the_most_specific_wins(self) -> None:
        ladder = [
            tariff("any"),
            tariff("mode", mode="rail"),
            tariff("feed", feed="f"),
            tariff("feed+mode", feed="f", mode="rail"),
            tariff("operator", operator="o"),
            tariff("operator+mode", operator="o", mode="rail"),
            tariff("line", line="l"),
        ]
        for count in range(1, len(ladder) + 1):
            found = find_tariff(ladder[:count], **RAIL)
            assert found is not None
            assert found.code == ladder[count - 1].code

    def test_the_first_of_equally_specific_ones(self) -> None:
        found = find_tariff([tariff("one", mode="rail"), tariff("two", mode="rail")], **RAIL)
        assert found is not None
        assert found.code == "one"


class TestPrice:
    def test_every_factor_counts_once(self) -> None:
        prices = PriceList(
            standard_tariff(
                tax_rate=Decimal("0.07"),
                tax_fixed=Decimal("1.50"),
                days_before=(TimeStep(0, Decimal("0.9")),),
                load=(LoadStep(Decimal(0), Decimal("1.2")),),
            )
        )
        # (5 + 0.10 · 200) · 1.6 · 0.7 · 0.5 · 0.9 · 1.2 = 15.12; tax 0.07 · 15.12 + 1.50 = 2.5584
        assert prices.price(200_000, "first", SAVER, "child", 1, 1) == (1512 + 256, 256)

    def test_an_unknown_cabin_or_category_costs_the_full_fare(self) -> None:
        prices = PriceList(standard_tariff())
        assert prices.price(0, "ladies", FareFamily("x", "X", ONE), "adult", 0, 0) == (500, 0)

    def test_the_minimum_stands_before_the_factors(self) -> None:
        prices = PriceList(standard_tariff(minimum=Decimal("12")))
        assert prices.price(1_000, "second", SAVER, "adult", 0, 0) == (840, 0)

    def test_is_rounded_half_up_once(self) -> None:
        steps = (TimeStep(0, Decimal("1.79999")), TimeStep(10, Decimal("1.8")))
        prices = PriceList(standard_tariff(base=Decimal("0.05"), per_km=Decimal(0), days_before=steps))
        half = FareFamily("half", "Half", Decimal("0.5"))
        # 0.05 · 0.5 = 0.025 -> 0.03; rounding first the base and then again would give the same, 0.045 would not.
        assert prices.price(0, "second", half, "adult", 0, 0) == (3, 0)
        assert prices.price(0, "second", half, "adult", 2, 0) == (5, 0)  # 0.045
        assert prices.price(0, "second", half, "adult", 1, 0) == (4, 0)

    def test_in_the_currencys_own_minor_units(self) -> None:
        yen = PriceList(standard_tariff(currency="JPY", base=Decimal("1000"), per_km=Decimal("16.2")))
        dinar = PriceList(standard_tariff(currency="KWD", base=Decimal("1"), per_km=Decimal("0.0015")))
        full = FareFamily("x", "X", ONE)
        assert yen.price(10_000, "second", full, "adult", 0, 0) == (1162, 0)
        assert dinar.price(1_000, "second", full, "adult", 0, 0) == (1002, 0)

    def test_the_same_question_has_the_same_answer(self) -> None:
        prices = PriceList(standard_tariff())
        first = prices.price(123_456, "first", SAVER, "senior", 0, 0)
        assert prices.price(123_456, "first", SAVER, "senior", 0, 0) == first

    @given(
        st.decimals(0, 10_000, places=4),
        st.decimals(0, 100, places=6),
        st.integers(0, 20_000_000),
        st.lists(st.decimals("0.01", 10, places=5), min_size=5, max_size=5),
        st.sampled_from(["EUR", "JPY", "KWD"]),
    )
    def test_is_exact(self, base: Decimal, per_km: Decimal, metres: int, factors: list[Decimal], currency: str) -> None:
        cabin, family, category, days, load = factors
        prices = PriceList(
            standard_tariff(
                base=base,
                per_km=per_km,
                currency=currency,
                cabins={"c": cabin},
                categories={"adult": category},
                tax_rate=Decimal("0.19"),
                days_before=(TimeStep(0, days),),
                load=(LoadStep(Decimal(0), load),),
            )
        )
        found = prices.price(metres, "c", FareFamily("f", "F", family), "adult", 1, 1)
        exact = Fraction(base) + Fraction(per_km) * metres / 1000
        for factor in factors:
            exact *= Fraction(factor)
        scale = 10 ** minor_units(currency)
        fare = (2 * exact * scale + 1) // 2
        tax = (2 * Fraction(fare) * 19 / 100 + 1) // 2
        assert found == (fare + tax, tax)


class TestSteps:
    def test_days_before(self) -> None:
        steps = (TimeStep(60, Decimal("0.8")), TimeStep(0, Decimal("1.3")), TimeStep(21, Decimal("0.9")))
        prices = PriceList(standard_tariff(base=Decimal(1), per_km=Decimal(0), days_before=steps))

        def cents(days: int) -> int:
            return prices.price(0, "second", SAVER, "adult", prices.days_step(days), 0)[0]

        assert [cents(days) for days in (100, 60, 59, 21, 20, 0)] == [56, 56, 63, 63, 91, 91]
        assert PriceList(standard_tariff()).days_step(5) == 0
        assert PriceList(standard_tariff(days_before=steps[:1])).days_step(5) == 0

    def test_load(self) -> None:
        steps = (LoadStep(Decimal("0.9"), Decimal("1.5")), LoadStep(Decimal("0.5"), Decimal("1.1")))
        prices = PriceList(standard_tariff(base=Decimal(10), per_km=Decimal(0), load=steps))

        def cents(free: int) -> int:
            return prices.price(0, "second", SAVER, "adult", 0, prices.load_step(free, 100))[0]

        assert [cents(free) for free in (100, 51, 50, 11, 10, 0)] == [700, 700, 770, 770, 1050, 1050]

    def test_load_of_nothing(self) -> None:
        assert PriceList(standard_tariff(load=(LoadStep(Decimal(0), Decimal(2)),))).load_step(0, 0) == 0


class TestToMinor:
    @given(st.decimals("0", "1e12", places=9))
    def test_rounds_half_up(self, amount: Decimal) -> None:
        assert to_minor(amount, "EUR") == int((amount * 100).quantize(ONE, ROUND_HALF_UP))


class TestTaxWithin:
    @given(st.integers(0, 10**9), st.decimals("0", "1", places=4))
    def test_is_that_of_the_nearest_net(self, gross: int, rate: Decimal) -> None:
        tax = tax_within(gross, rate)
        assert abs(Fraction(tax) - Fraction(gross) * Fraction(rate) / (1 + Fraction(rate))) <= Fraction(1, 2)

    def test_rates_are_told_plainly(self) -> None:
        assert [rate_text(Decimal(rate)) for rate in ("0.070", "0", "0.00", "1E+1")] == ["0.07", "0", "0", "10"]
