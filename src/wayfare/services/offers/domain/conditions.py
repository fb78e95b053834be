"""Fare families of a trip and what giving it back or changing it costs, as steps in time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import msgspec

from wayfare.contracts.catalogue.fares import FareFamily
from wayfare.contracts.offers.api import ConditionStep

Kind = Literal["refund", "exchange"]
Families = tuple[FareFamily, ...]


def combine_families(legs: Sequence[Families]) -> tuple[Families, ...]:
    """For each family a trip is sold in, that of every leg.

    Families all legs know by the same code go together, in the first leg's order. Where they share none, the legs'
    cheapest families make one combination and their dearest another.
    """
    common = [
        tuple(next(other for other in families if other.code == family.code) for families in legs)
        for family in legs[0]
        if all(any(other.code == family.code for other in families) for families in legs)
    ]
    if common:
        return tuple(common)
    ordered = [sorted(families, key=lambda family: family.factor) for families in legs]
    cheapest, dearest = tuple(each[0] for each in ordered), tuple(each[-1] for each in ordered)
    return (cheapest,) if cheapest == dearest else (cheapest, dearest)


class StepBefore(msgspec.Struct, frozen=True, gc=False):
    """Until `before_s` before the departure the carrier keeps `fee_permille`."""

    before_s: int
    fee_permille: int


def join_steps(families: Families, kind: Kind) -> tuple[StepBefore, ...]:
    """The steps of a trip in order of time: the strictest leg governs at any time.

    After the last step nothing is given back. No steps: never refundable (exchangeable).
    """
    tables = [sorted(getattr(family, kind), reverse=True) for family in families]
    if not all(tables):
        return ()
    end = max(table[-1][0] for table in tables)
    hours = sorted({hour for table in tables for hour, _ in table if hour >= end}, reverse=True)
    steps: list[StepBefore] = []
    for hour in hours:
        share = max(next(kept for limit, kept in table if limit <= hour) for table in tables)
        permille = int((share * 1000).quantize(Decimal(1), ROUND_HALF_UP))
        if steps and steps[-1].fee_permille == permille:
            steps.pop()
        steps.append(StepBefore(hour * 3600, permille))
    return tuple(steps)


def join_name_change(families: Families) -> int | None:
    """Seconds before departure until which a ticket may get another name: the strictest leg governs. None: never."""
    hours = [family.name_change for family in families]
    known = [hour for hour in hours if hour is not None]
    return max(known) * 3600 if len(known) == len(hours) else None


def steps_left(steps: tuple[StepBefore, ...], departs_s: int, now_s: int) -> tuple[ConditionStep, ...]:
    """The steps that are not over yet, for a trip that departs at `departs_s`."""
    left_s = departs_s - now_s
    return tuple(
        [ConditionStep(departs_s - step.before_s, step.fee_permille) for step in steps if step.before_s < left_s]
    )
