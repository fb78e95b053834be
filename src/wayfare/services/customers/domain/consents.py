"""What a customer agreed to: asked for freely, provable, and as easily withdrawn as given (GDPR, article 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

ConsentKind = Literal["terms", "marketing_email", "marketing_sms", "analytics", "personalisation"]
CONSENTS_MAX = 200
"""Rows kept for an account, all versions and withdrawals counted."""


class Consent(msgspec.Struct, frozen=True):
    """`version`: of the text that was agreed to, as whoever shows it names it."""

    consent_id: UUID
    kind: ConsentKind
    version: str
    given_s: int
    withdrawn_s: int | None


def standing(consents: Sequence[Consent], kind: ConsentKind) -> Consent | None:
    """What holds of a kind: the version agreed to last, unless it was taken back. `consents`: the newest first."""
    latest = next((one for one in consents if one.kind == kind), None)
    return None if latest is None or latest.withdrawn_s is not None else latest
