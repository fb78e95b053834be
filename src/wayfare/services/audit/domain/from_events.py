"""What an event of another service means for the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from wayfare.services.audit.domain.entry import Draft

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

BEFORE: dict[str, str] = {
    "booking.confirmed": "pending",
    "booking.failed": "pending",
    "booking.expired": "pending",
    "booking.cancelled": "confirmed",
    "payment.captured": "authorised",
    "payment.refunded": "captured",
    "customer.disabled": "enabled",
    "customer.enabled": "disabled",
}
"""The state an object was in, where its event leaves no doubt. Elsewhere `before` stays empty."""

AFTER: dict[str, str] = {"booking.created": "pending", "customer.registered": "enabled"} | {
    f"{family}.{state}": state
    for family, states in {
        "booking": ("confirmed", "failed", "expired", "cancelled"),
        "payment": ("authorised", "captured", "failed", "voided", "refunded"),
        "customer": ("enabled", "disabled", "deleted"),
    }.items()
    for state in states
}
"""The state an event brings its object into, where it names one."""


ENDS = frozenset(
    {"customer.role_revoked", "customer.traveller_removed", "customer.consent_withdrawn", "customer.signed_out"}
)
"""Events that tell of what is no more: their data is what was before."""
OPERATOR = "operator:cli"
"""Who did it by a command: the row that the command records under the same correlation id names them."""


def us_of(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def draft_of(service: str, kind: str, time: str, data: dict[str, Any]) -> Draft:
    """The row for an event of a service: its type, its RFC 3339 time and its data.

    What turned a booking is put down to its guest, what was done to an account to its customer, what expired by
    itself and every movement of money to the service that did it. An event of a kind this version does not know is
    recorded all the same.
    """
    family, _, turn = kind.partition(".")
    person = _person(family, turn, data)
    by_operator = data.get("by") == "operator"
    before, after = BEFORE.get(kind), AFTER.get(kind)
    own_id = f"{family}_id"
    rest = {name: value for name, value in data.items() if name not in (own_id, "correlation_id", "by")}
    was, now = ({"state": before} if before else None), ({"state": after} | rest if after else rest)
    return Draft(
        at_us=us_of(datetime.fromisoformat(time)),
        actor=OPERATOR if by_operator else person or f"system:{service}",
        action=kind,
        object=f"{family}:{data.get(own_id, '')}",
        correlation_id=str(data.get("correlation_id", "")),
        before=text_of(rest) if kind in ENDS else text_of(was) if was else None,
        after=None if kind in ENDS else text_of(now),
        person=None if by_operator else person,
    )


def _person(family: str, turn: str, data: dict[str, Any]) -> str | None:
    """Whom the event is put down to, unless an operator or the service did it."""
    if "customer_id" in data:
        return f"customer:{data['customer_id']}"
    by_guest = family == "booking" and turn != "expired" and "locator" in data
    return f"guest:{data['locator']}" if by_guest else None


def text_of(facts: dict[str, Any]) -> str:
    """As it is stored and hashed."""
    return msgspec.json.encode(facts).decode()
