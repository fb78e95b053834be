"""Money: an integer number of minor units of an ISO 4217 currency. Never a float."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

import msgspec

from wayfare.kernel.errors import ValidationFailed

# ISO 4217, list one: active currencies by their number of minor units.
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED "
    "VES WST XAD XCD XCG YER ZAR ZMW ZWG"
)
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

MINOR_UNITS: dict[str, int] = {
    code: digits for digits, codes in ((0, _ZERO), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()
}
_MAX_MINOR = 2**53


def minor_units(currency: str) -> int:
    """The number of decimal places of a currency. Raises `ValidationFailed` for an unknown code."""
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise ValidationFailed.of("currency", f"{currency!r} is not an active ISO 4217 code") from None


class Money(msgspec.Struct, frozen=True, order=False, array_like=True):
    """An exact amount: `minor` units (cents, paise, yen) of `currency`."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> Money:
        """Read "59.90". Raises `ValidationFailed` when it has more decimals than the currency."""
        digits = minor_units(currency)
        try:
            scaled = Decimal(amount).scaleb(digits)
        except InvalidOperation:
            raise ValidationFailed.of("amount", f"{amount!r} is not a decimal number") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValidationFailed.of("amount", f"{currency} has {digits} decimal places: {amount!r}")
        if abs(scaled) > _MAX_MINOR:
            raise ValidationFailed.of("amount", f"{amount!r} is out of range")
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """Round an exact decimal in major units half up to the currency's minor units."""
        scaled = amount.scaleb(minor_units(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        minor_units(currency)
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of `amounts`, zero of `currency` when there are none."""
        total = cls.zero(currency)
        for amount in amounts:
            total += amount
        return total

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-minor_units(self.currency))

    @property
    def amount(self) -> str:
        """The amount as the API writes it: "59.90", "1200" for yen."""
        return _written(self.minor, self.currency)

    def as_json(self) -> dict[str, str]:
        return {"amount": self.amount, "currency": self.currency}

    def times(self, factor: Decimal) -> Money:
        """This amount by an exact factor, rounded half up to the minor unit."""
        return Money.rounded(self.decimal * factor, self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.minor


@lru_cache(maxsize=8192)
def _written(minor: int, currency: str) -> str:
    digits = minor_units(currency)
    if digits == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"
