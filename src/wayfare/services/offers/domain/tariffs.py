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


def tax_within(gross: int, rate: Decimal) -> int:
    """The tax that `gross` minor units contain at a share of the net, rounded half up."""
    share = Decimal(gross) * rate
    return int(_ROUNDING.divide(share, 1 + rate).quantize(_ONE, context=_ROUNDING))


def rate_text(rate: Decimal) -> str:
    """A share as offers and invoices carry it: "0.07"."""
    return f"{rate.normalize():f}"


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
        self.tax_rate = rate_text(tariff.tax_rate)
        self.tax_fixed = to_minor(tariff.tax_fixed, tariff.currency)
        self.fare_tax_rate = tariff.fare_tax_rate
        self._days = sorted(tariff.days_before, key=lambda step: step.days_before_min)
        self._load = sorted(tariff.load, key=lambda step: step.load_min)
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}

    def days_step(self, days_left: int) -> int:
        """The step with the most days that are still left, counted from 1; 0 for none."""
        step = len(self._days)
        while step and days_left < self._days[step - 1].days_before_min:
            step -= 1
        return step

    def load_step(self, free: int, total: int) -> int:
        """The highest step reached by the share of units sold, counted from 1; 0 for none."""
        sold = total - free
        step = len(self._load) if total > 0 else 0
        while step and sold < self._load[step - 1].load_min * total:
            step -= 1
        return step

    def fixed_factor(self, cabin: str, family: FareFamily, category: str) -> Decimal:
        """Cabin, family and category: what also counts on a fare the feed publishes."""
        tariff = self.tariff
        with localcontext(_EXACT):
            return tariff.cabins.get(cabin, _ONE) * family.factor * tariff.categories.get(category, _ONE)

    def price(
        self, distance_m: int, cabin: str, family: FareFamily, category: str, days_step: int, load_step: int
    ) -> tuple[int, int]:
        """Minor units (price with tax, the tax in it) for one passenger on one leg."""
        key = (distance_m, cabin, family.code, category, days_step, load_step)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            with localcontext(_EXACT):
                days = self._days[days_step - 1].factor if days_step else _ONE
                load = self._load[load_step - 1].factor if load_step else _ONE
                known = self._price(distance_m, self.fixed_factor(cabin, family, category) * days * load)
            self._known[key] = known
        return known

    def _price(self, distance_m: int, factor: Decimal) -> tuple[int, int]:
        tariff = self.tariff
        way = max(tariff.minimum, tariff.base + tariff.per_km * Decimal(distance_m).scaleb(-3))
        fare = to_minor(way * factor, self.currency)
        whole = Decimal(fare).scaleb(-minor_units(self.currency))
        tax = to_minor(whole * tariff.tax_rate + tariff.tax_fixed, self.currency)
        return fare + tax, tax
