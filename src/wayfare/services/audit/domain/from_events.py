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
}
"""The state an object was in, where its event leaves no doubt. Elsewhere `before` stays empty."""

AFTER: dict[str, str] = {"booking.created": "pending"} | {
    f"{family}.{state}": state
    for family, states in {
        "booking": ("confirmed", "failed", "expired", "cancelled"),
        "payment": ("authorised", "captured", "failed", "voided", "refunded"),
    }.items()
    for state in states
}
"""The state an event brings its object into, where it names one."""


def us_of(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def draft_of(service: str, kind: str, time: str, data: dict[str, Any]) -> Draft:
    """The row for an event of a service: its type, its RFC 3339 time and its data.

    What turned a booking is put down to its guest, what expired by itself and every movement of money to the
    service that did it. An event of a kind this version does not know is recorded all the same.
    """
    family, _, turn = kind.partition(".")
    by_guest = family == "booking" and turn != "expired" and "locator" in data
    guest = f"guest:{data['locator']}" if by_guest else None
    before, after = BEFORE.get(kind), AFTER.get(kind)
    own_id = f"{family}_id"
    rest = {name: value for name, value in data.items() if name not in (own_id, "correlation_id")}
    return Draft(
        at_us=us_of(datetime.fromisoformat(time)),
        actor=guest or f"system:{service}",
        action=kind,
        object=f"{family}:{data.get(own_id, '')}",
        correlation_id=str(data.get("correlation_id", "")),
        before=None if before is None else text_of({"state": before}),
        after=text_of(rest if after is None else {"state": after} | rest),
        person=guest,
    )


def text_of(facts: dict[str, Any]) -> str:
    """As it is stored and hashed."""
    return msgspec.json.encode(facts).decode()
