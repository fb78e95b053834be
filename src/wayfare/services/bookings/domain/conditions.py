"""The conditions of a booking in plain sentences and as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from wayfare.contracts.offers.api import ConditionStep, Offer
from wayfare.kernel.money import Money
from wayfare.kernel.time import local_time, rfc3339
from wayfare.services.bookings.domain.refunds import fee_of

Steps: TypeAlias = tuple[ConditionStep, ...]


def sentences(offer: Offer, tz: str) -> list[str]:
    """How the booking may be given back and changed, times in `tz`."""
    return _sentences("Refund", offer.refund, tz) + _sentences("Exchange", offer.exchange, tz)


def conditions_json(offer: Offer, tz: str) -> Mapping[str, Any]:
    """Remembered: the offers of one departure and fare family differ little."""
    prices = tuple(price for leg in offer.legs for price in leg.prices)
    return _conditions_json(offer.refund, offer.exchange, prices, offer.currency, tz)


@lru_cache(maxsize=8192)
def _conditions_json(
    refund: Steps, exchange: Steps, prices: tuple[int, ...], currency: str, tz: str
) -> Mapping[str, Any]:
    return {
        "refund": _steps(refund, prices, currency, tz),
        "exchange": _steps(exchange, prices, currency, tz),
        "text": _sentences("Refund", refund, tz) + _sentences("Exchange", exchange, tz),
    }


def _sentences(what: str, steps: Steps, tz: str) -> list[str]:
    useful = [step for step in steps if step.fee_permille < 1000]
    if not useful:
        return [f"{what} not possible."]
    return [f"{what} {_cost(step)} until {local_time(step.until_s, tz):%Y-%m-%d %H:%M}." for step in useful]


def _cost(step: ConditionStep) -> str:
    if step.fee_permille == 0:
        return "free of charge"
    return f"for {step.fee_permille / 10:g} % of the price"


def _steps(steps: Steps, prices: tuple[int, ...], currency: str, tz: str) -> list[dict[str, Any]]:
    return [
        {
            "until": rfc3339(step.until_s, tz),
            "fee": Money(sum(fee_of(price, step.fee_permille) for price in prices), currency).as_json(),
        }
        for step in steps
    ]
