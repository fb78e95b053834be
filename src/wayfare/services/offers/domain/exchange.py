"""Converting prices by reference rates, for trips whose legs are priced in different currencies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext

import msgspec

from wayfare.kernel.money import minor_units
from wayfare.services.offers.domain.tariffs import to_minor

RATES_DAYS_MAX = 7
"""Older rates are not sold at: the ECB publishes every working day, and holidays last less than a week."""


class Rates(msgspec.Struct, frozen=True):
    """What one unit of `base` is worth in other currencies on a day."""

    source: str
    published: date
    base: str
    worth: dict[str, Decimal]

    def usable_on(self, today: date) -> bool:
        return timedelta(0) <= today - self.published <= timedelta(days=RATES_DAYS_MAX)

    def knows(self, currency: str) -> bool:
        return currency == self.base or currency in self.worth

    def convert(self, minor: int, origin: str, target: str) -> int:
        """Minor units of `origin` as minor units of `target`, rounded half up once."""
        if origin == target:
            return minor
        with localcontext(prec=60):
            amount = Decimal(minor).scaleb(-minor_units(origin))
            return to_minor(amount * self._worth(target) / self._worth(origin), target)

    def sentence(self, origins: set[str], target: str) -> str:
        """What the conditions say about a converted price."""
        known = sorted((origins | {target}) - {self.base})
        listed = ", ".join(f"{self.worth[code]} {code}" for code in known)
        return f"Converted at {self.source} rates of {self.published.isoformat()}: 1 {self.base} = {listed}."

    def _worth(self, currency: str) -> Decimal:
        return Decimal(1) if currency == self.base else self.worth[currency]
