"""Which tariff prices a leg, and what it comes to.

    price = max(minimum, base + per_km · distance) · cabin · family · category · days-before · load, then tax

Every step is exact; the fare is rounded once, half up to the minor unit, per passenger and leg. Tax is the rounded
fare by `tax_rate` plus `tax_fixed`, rounded the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, localcontext

from wayfare.contracts.catalogue.fares import FareFamily, Tariff
from wayfare.kernel.money import minor_units

# Wide enough for any product of tariff figures; a result that would not fit raises instead of rounding unseen.
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=200, rounding=ROUND_HALF_UP)
_ONE = Decimal(1)
_KNOWN_MAX = 20_000

STANDARD = FareFamily("standard", "Standard", _ONE)
"""The family of a fare that names none: neither refundable nor exchangeable."""


def to_minor(amount: Decimal, currency: str) -> int:
    """Round an exact amount in major units half up to minor units."""
    return int(amount.scaleb(minor_units(currency), _ROUNDING).quantize(_ONE, context=_ROUNDING))


def find_tariff(tariffs: Iterable[Tariff], *, feed: str, operator: str, line: str, mode: str) -> Tariff | None:
    """The most specific tariff that fits: naming the line outweighs the operator, that the feed, that the mode.

    Of two equally specific ones the first in the list counts.
    """
    chosen: Tariff | None = None
    chosen_weight = -1
    for tariff in tariffs:
        weight = 0
        for wanted, actual, worth in (
            (tariff.line, line, 8),
            (tariff.operator, operator, 4),
            (tariff.feed, feed, 2),
            (tariff.mode, mode, 1),
        ):
            if wanted is not None:
                if wanted != actual:
                    break
                weight += worth
        else:
            if weight > chosen_weight:
                chosen, chosen_weight = tariff, weight
    return chosen


class PriceList:
    """One tariff, ready to be asked many times: products of factors and finished prices are kept."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.currency = tariff.currency
        self.families = tariff.families or (STANDARD,)
        self._days = sorted(tariff.days_before, key=lambda step: step.days_before_min)
        self._load = sorted(tariff.load, key=lambda step: step.load_min)
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}

    def days_factor(self, days_left: int) -> Decimal:
        """The factor of the step with the most days that are still left; 1 when none is."""
        fitting = [step.factor for step in self._days if days_left >= step.days_before_min]
        return fitting[-1] if fitting else _ONE

    def load_factor(self, free: int, total: int) -> Decimal:
        """The factor of the highest step reached by the share of units sold; 1 when none is."""
        if total <= 0:
            return _ONE
        sold = total - free
        fitting = [step.factor for step in self._load if sold >= step.load_min * total]
        return fitting[-1] if fitting else _ONE

    def fixed_factor(self, cabin: str, family: FareFamily, category: str) -> Decimal:
        """Cabin, family and category: what also counts on a fare the feed publishes."""
        tariff = self.tariff
        with localcontext(_EXACT):
            return tariff.cabins.get(cabin, _ONE) * family.factor * tariff.categories.get(category, _ONE)

    def price(
        self, distance_m: int, cabin: str, family: FareFamily, category: str, days: Decimal, load: Decimal
    ) -> tuple[int, int]:
        """Minor units (price with tax, the tax in it) for one passenger on one leg.

        `days` and `load` are what `days_factor` and `load_factor` gave.
        """
        key = (distance_m, cabin, family.code, category, days, load)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            known = self._known[key] = self._price(distance_m, cabin, family, category, days * load)
        return known

    def _price(
        self, distance_m: int, cabin: str, family: FareFamily, category: str, moment: Decimal
    ) -> tuple[int, int]:
        tariff = self.tariff
        with localcontext(_EXACT):
            way = max(tariff.minimum, tariff.base + tariff.per_km * Decimal(distance_m).scaleb(-3))
            fare = to_minor(way * self.fixed_factor(cabin, family, category) * moment, self.currency)
            whole = Decimal(fare).scaleb(-minor_units(self.currency))
            tax = to_minor(whole * tariff.tax_rate + tariff.tax_fixed, self.currency)
        return fare + tax, tax
