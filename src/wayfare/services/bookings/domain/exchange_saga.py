"""The saga of an exchange: which step comes next, from what is known.

    authorise ──> confirm ──> capture ──> switch            the new trip stands; old units and money go back
        │            │           │
        │            │           ├ refused: release ──> fail
        │            │           └ no answer for long: abandon, release, void ──> fail
        │            └ the new units are gone: void ──> fail
        ├ declined: release ──> fail
        └ no answer yet: later; for long: abandon, release, void ──> fail

Whoever gives up without a final word from outside writes that down first (`abandon`): another process that still
walks the same exchange can no longer switch. Until `switch`, one transaction, nothing of the old booking is touched:
every other end leaves it whole, gives the new units back and keeps no money. Where nothing is to be paid, authorise
and capture fall away. Every step is idempotent by the exchange's ids, so whoever resumes walks the steps again from
nothing but its row.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from wayfare.contracts.payments.api import PaymentState
from wayfare.services.bookings.domain.saga import ATTEMPTS_MAX, HoldStatus


class ExchangeStep(Enum):
    """What the exchange does next. The last three end it, for now or for good."""

    AUTHORISE = "authorise"
    CONFIRM = "confirm"
    CAPTURE = "capture"
    ABANDON = "abandon"
    RELEASE = "release"
    VOID = "void"
    SWITCH = "switch"
    LATER = "later"
    FAIL = "fail"


EXCHANGE_ENDS = frozenset({ExchangeStep.SWITCH, ExchangeStep.LATER, ExchangeStep.FAIL})


class ExchangeProgress(msgspec.Struct):
    """What is known of an exchange's payment and new hold at this moment.

    `payment`: None when nothing is to be paid. `undone`: the payment was voided or refunded by this saga.
    `attempts`: how often it was resumed. `abandoned`: it will not switch any more, whoever walks it.
    """

    payment: PaymentState | None = "new"
    hold: HoldStatus = "unknown"
    undone: bool = False
    attempts: int = 0
    abandoned: bool = False


def next_exchange_step(progress: ExchangeProgress) -> ExchangeStep:
    """Pure: the step that follows from what is known."""
    payment, given_up = progress.payment, progress.attempts >= ATTEMPTS_MAX
    nothing_to_undo = progress.undone or payment in (None, "declined", "voided", "failed")
    if progress.abandoned or progress.undone or payment in ("declined", "voided", "failed"):
        # Releasing is idempotent: whoever resumes here cannot know whether it was done.
        if progress.hold != "gone":
            return ExchangeStep.RELEASE
        return ExchangeStep.FAIL if nothing_to_undo else ExchangeStep.VOID
    if payment == "new":
        return ExchangeStep.AUTHORISE
    if payment == "pending":
        return ExchangeStep.ABANDON if given_up else ExchangeStep.LATER
    if progress.hold == "gone":
        return ExchangeStep.FAIL if nothing_to_undo else ExchangeStep.VOID
    if progress.hold == "unknown":
        return ExchangeStep.CONFIRM
    if payment == "authorised":
        return ExchangeStep.ABANDON if given_up else ExchangeStep.CAPTURE
    return ExchangeStep.SWITCH
