from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import MINOR_UNITS, Money

CURRENCIES = st.sampled_from(sorted(MINOR_UNITS))
MINOR = st.integers(-(10**12), 10**12)


class TestMoney:
    @given(MINOR, CURRENCIES)
    def test_text_and_back(self, minor: int, currency: str) -> None:
        money = Money(minor, currency)
        assert Money.parse(money.amount, currency) == money

    @given(MINOR, MINOR, CURRENCIES)
    def test_sums_are_exact(self, a: int, b: int, currency: str) -> None:
        total = Money(a, currency) + Money(b, currency)
        assert total.decimal == Money(a, currency).decimal + Money(b, currency).decimal
        assert total - Money(b, currency) == Money(a, currency)

    @given(MINOR, CURRENCIES, st.decimals("0", "10", places=4))
    def test_a_factor_rounds_by_half_a_minor_unit_at_most(self, minor: int, currency: str, factor: Decimal) -> None:
        money = Money(minor, currency)
        difference = abs(money.times(factor).decimal - money.decimal * factor)
        assert difference <= Decimal("0.5").scaleb(-MINOR_UNITS[currency])

    @pytest.mark.parametrize(
        ("minor", "currency", "text"),
        [(5990, "EUR", "59.90"), (1200, "JPY", "1200"), (-5, "EUR", "-0.05"), (1, "KWD", "0.001"), (0, "KRW", "0")],
    )
    def test_writes_the_minor_units_of_the_currency(self, minor: int, currency: str, text: str) -> None:
        assert Money(minor, currency).amount == text

    @pytest.mark.parametrize(
        ("amount", "currency"),
        [("1.5", "JPY"), ("0.001", "EUR"), ("ten", "EUR"), ("NaN", "EUR"), ("1", "EURO"), ("1e40", "EUR")],
    )
    def test_refuses_what_the_currency_cannot_hold(self, amount: str, currency: str) -> None:
        with pytest.raises(ValidationFailed):
            Money.parse(amount, currency)

    def test_currencies_do_not_mix(self) -> None:
        with pytest.raises(ValueError, match="cannot mix"):
            Money(1, "EUR") + Money(1, "USD")

    def test_rounds_half_up(self) -> None:
        assert Money.rounded(Decimal("0.125"), "EUR") == Money(13, "EUR")
