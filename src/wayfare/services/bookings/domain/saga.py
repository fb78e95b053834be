"""The booking saga: which step comes next, from what is known.

    authorise ──> confirm ──> capture ──> ticket            done
        │            │           │
        │            │           └ gives up: release, then void ──> fail
        │            └ units gone: void ──> fail
        ├ declined: wait (another card may be tried until the hold expires)
        └ no answer yet: later

Every step is idempotent by the booking's ids, so a saga that was interrupted anywhere is resumed from nothing
but its booking: it walks the steps again and each answers what was already done.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

import msgspec

from wayfare.contracts.payments.api import PaymentState

ATTEMPTS_MAX = 12
"""Resumptions before the saga gives up on a payment: with the delays below, some ten minutes."""
RETRY_S_MAX = 120


class Step(Enum):
    """What the saga does next. The last four end it, for now or for good."""

    AUTHORISE = "authorise"
    CONFIRM = "confirm"
    CAPTURE = "capture"
    RELEASE = "release"
    VOID = "void"
    TICKET = "ticket"
    WAIT = "wait"
    LATER = "later"
    FAIL = "fail"


ENDS = frozenset({Step.TICKET, Step.WAIT, Step.LATER, Step.FAIL})

HoldStatus = Literal["unknown", "confirmed", "gone"]


class Progress(msgspec.Struct):
    """What is known of a booking's payment and hold at this moment.

    `undone`: the payment was voided or refunded by this saga. `attempts`: how often it was resumed.
    """

    payment: PaymentState = "new"
    hold: HoldStatus = "unknown"
    undone: bool = False
    attempts: int = 0


def next_step(progress: Progress) -> Step:
    """Pure: the step that follows from what is known."""
    payment, given_up = progress.payment, progress.attempts >= ATTEMPTS_MAX
    if progress.undone or payment in ("voided", "failed"):
        # Releasing is idempotent: whoever resumes here cannot know whether it was done.
        return Step.FAIL if progress.hold == "gone" else Step.RELEASE
    if payment == "new":
        return Step.AUTHORISE
    if payment == "declined":
        return Step.WAIT
    if payment == "pending":
        return Step.VOID if given_up else Step.LATER
    if progress.hold == "gone":
        return Step.VOID
    if progress.hold == "unknown":
        return Step.CONFIRM
    if payment == "captured":
        return Step.TICKET
    return Step.RELEASE if given_up else Step.CAPTURE


def retry_delay_s(attempts: int) -> int:
    """How long to wait before the next resumption: 1, 2, 4 … 120 seconds."""
    return min(1 << min(attempts, 10), RETRY_S_MAX)
