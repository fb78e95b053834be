"""Converting prices by reference rates, for trips whose legs are priced in different currencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext

import msgspec

from wayfare.contracts.offers.api import Conversion
from wayfare.kernel.money import minor_units
from wayfare.services.offers.domain.tariffs import to_minor

_DEMONSTRATION = "demo-"
ECB, ECB_BASE = "ECB reference", "EUR"


class RateDay(msgspec.Struct, frozen=True):
    """What the ECB published on a day: what one euro is worth, by currency."""

    published: date
    worth: dict[str, Decimal]


class Rates(msgspec.Struct, frozen=True):
    """What one unit of `base` is worth in other currencies on a day.

    Rates for `demonstration` convert nothing but prices of the demonstration network: a carrier's prices must not be
    sold at rates it never chose.
    """

    source: str
    published: date
    base: str
    worth: dict[str, Decimal]
    demonstration: bool = False

    @classmethod
    def of(cls, day: RateDay) -> Rates:
        return cls(ECB, day.published, ECB_BASE, day.worth)

    def age_days(self, today: date) -> int:
        return (today - self.published).days

    def serves(self, feeds: Iterable[str]) -> bool:
        """Whether prices of these feeds may be converted."""
        return not self.demonstration or all(feed.startswith(_DEMONSTRATION) for feed in feeds)

    def knows(self, currency: str) -> bool:
        return currency == self.base or currency in self.worth

    def convert(self, minor: int, origin: str, target: str) -> int:
        """Minor units of `origin` as minor units of `target`, rounded half up once."""
        if origin == target:
            return minor
        with localcontext(prec=60):
            amount = Decimal(minor).scaleb(-minor_units(origin))
            return to_minor(amount * self._worth(target) / self._worth(origin), target)

    def conversion(self, origins: set[str], target: str) -> Conversion:
        """What an offer and the booking made from it keep of a conversion."""
        known = sorted((origins | {target}) - {self.base})
        rates = tuple((code, str(self.worth[code])) for code in known)
        return Conversion(self.source, self.published.isoformat(), self.base, rates)

    def _worth(self, currency: str) -> Decimal:
        return Decimal(1) if currency == self.base else self.worth[currency]
