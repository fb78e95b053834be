"""Which process dies where, and how the gateway behaves meanwhile.

A case is a step of the saga, a point of it, and a behaviour of the gateway. The points of a step:

    before   nothing of the step has happened: its call, or its first statement, is never made
    during   its effect is under way and nobody knows its answer: inside the open transaction; with the statement
             on its way; with the gateway's HTTP answer in flight or lost
    after    its effect is committed, the saga has not heard of it

Left out, by rule, is what cannot happen:

    confirm, ticket      after `declined`: a declined payment never comes that far
    release              but for `declined` (of the capture) and that with its webhooks twice: a saga gives seats back
                         only when the gateway refused to capture, or after ten minutes of trouble
    void                 after `declined`: nothing was reserved
    cancel               but for `ok` and `duplicate`: it asks the gateway for nothing
    refund               after `declined`: no process can mend that; the doctor names it for a person to look at
"""

from __future__ import annotations

from typing import Literal

import msgspec

from system.faults.assassin import Death

Point = Literal["before", "during", "after"]
Behaviour = Literal["ok", "declined", "500", "time-out", "duplicate"]
Ending = Literal["ticketed", "failed", "cancelled"]

POINTS: tuple[Point, ...] = ("before", "during", "after")
BEHAVIOURS: tuple[Behaviour, ...] = ("ok", "declined", "500", "time-out", "duplicate")

DEATHS: dict[str, dict[Point, Death]] = {
    "create": {
        "before": Death("sql.create.claim", "before"),
        "during": Death("sql.create.insert", "after"),
        "after": Death("sql.create.insert", "committed"),
    },
    "authorise": {
        "before": Death("payments.authorise", "before"),
        "during": Death("gateway.authorise", "after"),
        "after": Death("payments.authorise", "after"),
    },
    "confirm": {
        "before": Death("inventory.confirm_hold", "before"),
        "during": Death("sql.confirm", "sent"),
        "after": Death("inventory.confirm_hold", "after"),
    },
    "capture": {
        "before": Death("payments.capture", "before"),
        "during": Death("gateway.capture", "after"),
        "after": Death("payments.capture", "after"),
    },
    "ticket": {
        "before": Death("sql.ticket", "before"),
        "during": Death("sql.ticket", "sent"),
        "after": Death("sql.ticket", "committed"),
    },
    "release": {
        "before": Death("inventory.release_hold", "before"),
        "during": Death("sql.release", "after"),
        "after": Death("inventory.release_hold", "after"),
    },
    "void": {
        "before": Death("payments.void", "before", thief=True),
        "during": Death("gateway.void", "after", thief=True),
        "after": Death("payments.void", "after", thief=True),
    },
    "cancel": {
        "before": Death("sql.cancel", "before"),
        "during": Death("sql.cancel.open", "after"),
        "after": Death("sql.cancel.open", "committed"),
    },
    "refund": {
        "before": Death("payments.refund", "before"),
        "during": Death("gateway.refund", "after"),
        "after": Death("payments.refund", "after"),
    },
}

_APPROVED, _TWICE = "tok_approved", "tok_approved+duplicate"
_AT_AUTHORISATION: dict[Behaviour, str] = {
    "ok": _APPROVED,
    "declined": "tok_declined",
    "500": "tok_error_after",
    "time-out": "tok_timeout",
    "duplicate": _TWICE,
}


def _later(step: str) -> dict[Behaviour, str]:
    return {
        "ok": _APPROVED,
        "500": f"tok_approved+{step}_error",
        "time-out": f"tok_approved+{step}_timeout",
        "duplicate": _TWICE,
    }


def _without_declined(tokens: dict[Behaviour, str]) -> dict[Behaviour, str]:
    return {behaviour: token for behaviour, token in tokens.items() if behaviour != "declined"}


TOKENS: dict[str, dict[Behaviour, str]] = {
    "create": _AT_AUTHORISATION,
    "authorise": _AT_AUTHORISATION,
    "confirm": _without_declined(_AT_AUTHORISATION),
    "capture": {**_later("capture"), "declined": "tok_capture_declined"},
    "ticket": _later("capture"),
    "release": {"declined": "tok_capture_declined", "duplicate": "tok_capture_declined+duplicate"},
    "void": _later("void"),
    "cancel": {"ok": _APPROVED, "duplicate": _TWICE},
    "refund": _later("refund"),
}
"""The token that makes the gateway behave so, for each behaviour that the step can meet."""

_FAILED = {"release", "void"}
_CANCELLED = {"cancel", "refund"}


class Case(msgspec.Struct, frozen=True):
    step: str
    point: Point
    behaviour: Behaviour

    @property
    def name(self) -> str:
        return f"{self.step}-{self.point}-{self.behaviour}"

    @property
    def death(self) -> Death:
        return DEATHS[self.step][self.point]

    @property
    def token(self) -> str:
        return TOKENS[self.step][self.behaviour]

    @property
    def cancels(self) -> bool:
        """Whether the process dies over a cancellation, not over the booking."""
        return self.step in _CANCELLED

    @property
    def ending(self) -> Ending:
        """What must become of the booking."""
        if self.step in _FAILED or self.behaviour == "declined":
            return "failed"
        return "cancelled" if self.cancels else "ticketed"


GROUPS = (("create", "authorise"), ("confirm", "capture", "release"), ("ticket", "void", "cancel", "refund"))
"""Steps that are tested by one process, so that several share the work."""


def group_of(step: str) -> int:
    """The number of its group."""
    return next(number for number, steps in enumerate(GROUPS) if step in steps)


CASES = tuple(
    Case(step, point, behaviour)
    for step, tokens in TOKENS.items()
    for point in POINTS
    for behaviour in BEHAVIOURS
    if behaviour in tokens
)
