"""The conditions of an offer in plain words: the same wherever a passenger reads them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from wayfare.contracts.offers.api import ConditionStep
from wayfare.kernel.time import local_time


@lru_cache(maxsize=4096)
def describe(
    refund: tuple[ConditionStep, ...],
    exchange: tuple[ConditionStep, ...],
    departs_s: int,
    tz: str,
    name_change_until_s: int | None = None,
) -> tuple[str, ...]:
    """The conditions as English sentences, with times as the clocks of `tz` show them."""
    return (
        _sentence("Refundable", "Not refundable.", refund, departs_s, tz),
        _sentence("Exchangeable", "Not exchangeable.", exchange, departs_s, tz),
        _names(name_change_until_s, departs_s, tz),
    )


def _names(until_s: int | None, departs_s: int, tz: str) -> str:
    if until_s is None:
        return "The name on a ticket cannot be changed."
    return f"The name on a ticket can be changed free of charge until {_moment(until_s, departs_s, tz)}."


def _sentence(able: str, unable: str, steps: tuple[ConditionStep, ...], departs_s: int, tz: str) -> str:
    if not steps:
        return unable
    parts = [f"{_fee(step.fee_permille)} until {_moment(step.until_s, departs_s, tz)}" for step in steps]
    ending = "" if able == "Refundable" else ", plus any difference in price"
    return f"{able} {', then '.join(parts)}{ending}; not after that."


def _fee(permille: int) -> str:
    if permille == 0:
        return "free of charge"
    whole, tenth = divmod(permille, 10)
    return f"for a fee of {whole}.{tenth} %" if tenth else f"for a fee of {whole} %"


def _moment(until_s: int, departs_s: int, tz: str) -> str:
    at: datetime = local_time(until_s, tz)
    text = f"{at.day} {at:%B %Y, %H:%M}"
    return f"departure ({text})" if until_s == departs_s else text
