"""How the simulated gateway decides: by the token alone. One rule set for its adapter and for its HTTP app.

    tok_approved             authorised
    tok_declined             declined, "card_declined"
    tok_insufficient_funds   declined, "insufficient_funds"
    tok_slow                 authorised, two seconds later
    tok_timeout              never answers, but the amount is reserved: a look-up says so
    tok_error_before         the first attempt fails and reserves nothing; the second is authorised
    tok_error_after          reserved, but the first answer is an error
    tok_outage               fails always
    tok_3ds                  pending until the customer has confirmed it
    tok_3ds_declined         pending until the customer has failed to confirm it
    tok_capture_declined     authorised, but the capture is refused
    tok_refund_declined      captured, but refunds are refused
    anything else            declined, "unknown_token"

The HTTP app also sends webhooks; a suffix to any token says how: `+duplicate` (each twice), `+late` (after three
seconds), `+reordered` (the newest first), `+silent` (none). Or the first answer to a later step is lost, though
the step is done: `+capture_error`, `+capture_timeout`, `+void_error`, `+void_timeout`, `+refund_error`,
`+refund_timeout`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Answering = Literal["at_once", "slowly", "never", "error_before", "error_after", "outage"]
Delivery = Literal["", "duplicate", "late", "reordered", "silent"]
LaterStep = Literal["capture", "void", "refund"]
Loss = Literal["", "error", "timeout"]

SLOW_S = 2.0
CUSTOMER_S = 3.0
"""How long the simulated customer takes where no real one can: in the adapter without an HTTP app."""


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a charge. `refuses`: the later step that will be declined."""

    outcome: Literal["authorised", "declined", "pending"]
    reason: str = ""
    answering: Answering = "at_once"
    customer_agrees: bool = True
    refuses: Literal["", "capture", "refund"] = ""


_VERDICTS = {
    "tok_approved": Verdict("authorised"),
    "tok_declined": Verdict("declined", "card_declined"),
    "tok_insufficient_funds": Verdict("declined", "insufficient_funds"),
    "tok_slow": Verdict("authorised", answering="slowly"),
    "tok_timeout": Verdict("authorised", answering="never"),
    "tok_error_before": Verdict("authorised", answering="error_before"),
    "tok_error_after": Verdict("authorised", answering="error_after"),
    "tok_outage": Verdict("authorised", answering="outage"),
    "tok_3ds": Verdict("pending", "action_required"),
    "tok_3ds_declined": Verdict("pending", "action_required", customer_agrees=False),
    "tok_capture_declined": Verdict("authorised", refuses="capture"),
    "tok_refund_declined": Verdict("authorised", refuses="refund"),
}
_UNKNOWN = Verdict("declined", "unknown_token")
_DELIVERIES: tuple[Delivery, ...] = ("duplicate", "late", "reordered", "silent")
_LOSSES: tuple[Loss, ...] = ("error", "timeout")
NOT_CONFIRMED = "authentication_failed"
"""The reason when the customer did not confirm."""


def judge(token: str) -> Verdict:
    return _VERDICTS.get(token) or _VERDICTS.get(token.partition("+")[0], _UNKNOWN)


def delivery_of(token: str) -> Delivery:
    """How webhooks about a charge with this token are sent."""
    suffix = token.partition("+")[2]
    return next((known for known in _DELIVERIES if known == suffix), "")


def loss_of(token: str, step: LaterStep) -> Loss:
    """How the first answer to a later step is lost: by an error, or by silence."""
    suffix = token.partition("+")[2]
    return next((loss for loss in _LOSSES if suffix == f"{step}_{loss}"), "")
