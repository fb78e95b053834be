"""What those who watch for attacks want to see: counted, and logged in one form.

A line says what was refused, never to whom or with what: no name, address, token or password, and no network address,
which is personal data too. The correlation id in the line leads to the audit log, which keeps addresses encrypted.
"""

from __future__ import annotations

from typing import Literal

import structlog

from wayfare.infrastructure.metrics import Counter

log = structlog.get_logger("wayfare.security")

Kind = Literal[
    "log_in_failed",
    "second_factor_failed",
    "refresh_refused",
    "refresh_reused",
    "token_refused",
    "permission_refused",
    "signature_refused",
    "offer_refused",
    "link_refused",
    "card_number_refused",
    "rate_limited",
]
"""`refresh_reused`: a token came twice while its family lived: one of the two has been stolen. `second_factor_failed`:
whoever it was knows the password."""
EVENTS = Counter("wayfare_security_events", "Refusals that may be attacks", ["kind"])


def note_security_event(kind: Kind, **facts: str) -> None:
    """`facts`: ids of ours at most."""
    EVENTS.labels(kind).inc()
    log.warning("security.event", kind=kind, **facts)
