"""Work of the customers service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule, older_than
from wayfare.services.customers.application.send_letters import SendLetters

GRACE_S = 2 * 3600
"""Twice as long as from one round to the next."""
Work = Callable[[], Awaitable[object]]


def customer_jobs(letters: SendLetters, keep_keys: Work, rewrap: Work, tidy: Work) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("customers.letters", 1.0, letters),
        PeriodicJob("customers.signing_keys", 3600.0, keep_keys, exclusive=True),
        PeriodicJob("customers.rewrap", 3600.0, rewrap, exclusive=True),
        PeriodicJob("customers.tidy", 3600.0, tidy, exclusive=True, recorded=True),
    )


def retention_rules() -> Sequence[RetentionRule]:
    def tidied(data: str, table: str, kept: str, overdue: str) -> RetentionRule:
        return RetentionRule(data, f"customers.{table}", kept, "deleted", "customers.tidy", overdue)

    return (
        tidied("devices that are signed in", "session", "7 days after the last use", older_than("expires_at", GRACE_S)),
        tidied(
            "registrations not confirmed", "registration", "until their link expires", older_than("expires_at", GRACE_S)
        ),
        tidied("links to choose a password", "password_reset", "30 minutes", older_than("expires_at", GRACE_S)),
        tidied("letters that were sent", "letter", "a day", older_than("sent_at", 86_400 + GRACE_S)),
        tidied("revoked devices", "revocation", "as long as an access token lives", older_than("revoked_at", 86_400)),
        RetentionRule(
            "accounts, travellers, consents", "customers.customer", "until the customer deletes the account", "kept"
        ),
    )
