"""The conditions of a booking in plain sentences and as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from wayfare.contracts.offers.api import ConditionStep, Conversion, Offer
from wayfare.contracts.offers.conditions import describe
from wayfare.kernel.money import Money
from wayfare.kernel.time import rfc3339
from wayfare.services.bookings.domain.refunds import fee_of

Steps: TypeAlias = tuple[ConditionStep, ...]


def sentences(offer: Offer, tz: str) -> list[str]:
    """How the booking may be given back and changed, times in `tz`, and how its price was converted."""
    names_s = offer.name_change_until_s
    return list(_sentences(offer.refund, offer.exchange, offer.departs_s, tz, offer.conversion, names_s))


def _sentences(
    refund: Steps, exchange: Steps, departs_s: int, tz: str, conversion: Conversion | None, names_s: int | None
) -> tuple[str, ...]:
    text = describe(refund, exchange, departs_s, tz, names_s)
    return text if conversion is None else (*text, conversion.sentence)


def conditions_json(offer: Offer, tz: str) -> Mapping[str, Any]:
    """Remembered: the offers of one departure and fare family differ little."""
    prices = tuple(price for leg in offer.legs for price in leg.prices)
    facts = (offer.departs_s, tz, offer.conversion, offer.name_change_until_s)
    return _conditions_json(offer.refund, offer.exchange, prices, offer.currency, *facts)


@lru_cache(maxsize=8192)
def _conditions_json(
    refund: Steps,
    exchange: Steps,
    prices: tuple[int, ...],
    currency: str,
    departs_s: int,
    tz: str,
    conversion: Conversion | None,
    names_s: int | None,
) -> Mapping[str, Any]:
    return {
        "refund": _steps(refund, prices, currency, tz),
        "exchange": _steps(exchange, prices, currency, tz),
        "name_change_until": None if names_s is None else rfc3339(names_s, tz),
        "text": _sentences(refund, exchange, departs_s, tz, conversion, names_s),
    }


def _steps(steps: Steps, prices: tuple[int, ...], currency: str, tz: str) -> list[dict[str, Any]]:
    return [
        {
            "until": rfc3339(step.until_s, tz),
            "fee": Money(sum(fee_of(price, step.fee_permille) for price in prices), currency).as_json(),
        }
        for step in steps
    ]
