"""Fraud rules and the queue of payments that a person looks at."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from wayfare.kernel.money import Money

ReviewState = Literal["open", "accepted", "refused", "expired"]


class Risk(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of who pays; "" and 0 where it is not known. Payments keep keyed hashes of it, and not for long.

    `address`: of the client. `names`: of the passengers. `departs_s`, `held_until_s`: Unix seconds.
    `resumed`: asked again by recovery, which knows less; the payment may have been judged before.
    """

    email: str = ""
    address: str = ""
    device: str = ""
    cardholder: str = ""
    names: tuple[str, ...] = ()
    departs_s: int = 0
    held_until_s: int = 0
    resumed: bool = False


class LoadFraudRules(msgspec.Struct, frozen=True):
    """`text`: a rules file (TOML). `by`: who loads it."""

    text: str
    by: str


class FindFraudRules(msgspec.Struct, frozen=True):
    """Ask for the rules that hold."""


class FraudRules(msgspec.Struct, frozen=True):
    """The latest rules as they were loaded; version 0: none ever were."""

    version: int
    text: str = ""
    loaded_s: int = 0
    by: str = ""


class FraudDecision(msgspec.Struct, frozen=True):
    """A row of the audit. `by`: "rules", a person, or "expiry"."""

    decision: Literal["accept", "review", "refuse", "accepted", "refused", "expired"]
    score: int
    reasons: tuple[str, ...]
    rules_version: int
    by: str
    decided_s: int


class Review(msgspec.Struct, frozen=True):
    """A payment that a person decides on, until `expires_s`."""

    payment_id: UUID
    booking_id: UUID
    amount: Money
    state: ReviewState
    score: int
    reasons: tuple[str, ...]
    opened_s: int
    expires_s: int
    decisions: tuple[FraudDecision, ...] = ()  # the first first; only where one review is asked for


class ListReviews(msgspec.Struct, frozen=True):
    """Those that are open, the one that ends first first."""

    limit: int = 100


class Reviews(msgspec.Struct, frozen=True):
    reviews: tuple[Review, ...]


class FindReview(msgspec.Struct, frozen=True):
    payment_id: UUID


class DecideReview(msgspec.Struct, frozen=True):
    """Idempotent: the same decision again changes nothing."""

    payment_id: UUID
    accept: bool
    by: str
