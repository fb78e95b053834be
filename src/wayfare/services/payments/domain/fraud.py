"""Fraud rules: what makes a payment suspicious, how much, and what follows from the sum.

A rule that applies adds its score and a reason. From `review_from` on a person decides, from `refuse_from` on the
payment is refused. A fact that is not known (no device, no cardholder) makes no rule apply.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Literal

import msgspec

from wayfare.contracts.payments.fraud import Risk
from wayfare.kernel.money import Money

Trait = Literal["card", "email", "address", "device"]
TRAITS: tuple[Trait, ...] = ("card", "email", "address", "device")
"""What payments are counted by, by the number it is stored as."""
REVIEW_S_MAX = 600
"""Bookings stop asking for a payment after some ten minutes."""
Judgement = Literal["accept", "review", "refuse"]
REFUSED = "not_accepted"
"""Why a payment was refused, for the customer: nothing about the rules."""


class Velocity(msgspec.Struct, frozen=True):
    """More than `more_than` other payments with the same trait in the last `within_s` seconds."""

    of: Trait
    more_than: int
    within_s: int
    score: int


class Ceiling(msgspec.Struct, frozen=True):
    """An amount above `over`; other currencies have rules of their own."""

    over: Money
    score: int


class Closeness(msgspec.Struct, frozen=True):
    """Paid less than `within_s` seconds before the departure."""

    within_s: int
    score: int


class Rules(msgspec.Struct, frozen=True):
    review_from: int
    refuse_from: int
    velocity: tuple[Velocity, ...] = ()
    amount: tuple[Ceiling, ...] = ()
    departure: tuple[Closeness, ...] = ()
    name_mismatch: int = 0

    @property
    def count(self) -> int:
        return len(self.velocity) + len(self.amount) + len(self.departure) + (self.name_mismatch > 0)

    @property
    def window_s(self) -> int:
        """How far back any rule looks: nothing is kept longer."""
        return max((rule.within_s for rule in self.velocity), default=0)


class Screening(msgspec.Struct, frozen=True):
    """How rules judged a payment. `review_s`: how many seconds a person has to decide."""

    decision: Judgement
    score: int
    reasons: tuple[str, ...]
    rules_version: int
    review_s: int = 0


def assess(
    rules: Rules, version: int, amount: Money, risk: Risk, now_s: int, seen: Mapping[Velocity, int]
) -> Screening:
    """`seen`: for each velocity rule whose trait is known, how many other payments had it."""
    hits = [
        (rule.score, f"velocity: more than {rule.more_than} by {rule.of} in {rule.within_s} s")
        for rule in rules.velocity
        if seen.get(rule, 0) > rule.more_than
    ]
    hits += [(rule.score, f"amount: over {rule.over}") for rule in rules.amount if _is_over(amount, rule.over)]
    hits += [
        (rule.score, f"departure: in less than {rule.within_s} s")
        for rule in rules.departure
        if risk.departs_s and risk.departs_s - now_s < rule.within_s
    ]
    if rules.name_mismatch and is_stranger(risk.cardholder, risk.names):
        hits.append((rules.name_mismatch, "name: the cardholder is none of the passengers"))
    score = sum(points for points, _ in hits)
    left_s = risk.held_until_s - now_s if risk.held_until_s else REVIEW_S_MAX
    review_s = max(1, min(left_s, REVIEW_S_MAX))
    return Screening(_judgement(rules, score), score, tuple(reason for _, reason in hits), version, review_s)


def is_stranger(cardholder: str, names: tuple[str, ...]) -> bool:
    """Whether a cardholder shares no name of two letters or more with any passenger; accents and case aside."""
    known = _words(cardholder)
    return bool(known) and bool(names) and not any(known & _words(name) for name in names)


def _judgement(rules: Rules, score: int) -> Judgement:
    if score >= rules.refuse_from:
        return "refuse"
    return "review" if score >= rules.review_from else "accept"


def _is_over(amount: Money, over: Money) -> bool:
    return amount.currency == over.currency and amount.minor > over.minor


def _words(name: str) -> set[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)).casefold()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return {word for word in words if len(word) > 1}
