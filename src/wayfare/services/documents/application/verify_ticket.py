"""Verify a ticket: is its signature ours, and is it for now? Needs no connection, only the public keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.services.documents.application.ports import CodeReader
from wayfare.services.documents.domain.errors import TicketUnreadable
from wayfare.services.documents.domain.facts import TicketFacts
from wayfare.services.documents.domain.payload import PREFIX, verify_payload

Standing = Literal["valid", "not_yet_valid", "expired"]


class TicketVerdict(msgspec.Struct, frozen=True):
    """A genuine ticket, and how it stands at the time asked for.

    A genuine ticket may have been cancelled or exchanged since: the booking tells.
    """

    facts: TicketFacts
    standing: Standing


def verify_ticket(payload: str, *, keys: Mapping[str, Ed25519PublicKey], now_s: int) -> TicketVerdict:
    """Raises `TicketUnreadable`, `TicketKeyUnknown` or `TicketForged`."""
    facts = verify_payload(payload.strip("\r\n"), keys)
    return TicketVerdict(facts=facts, standing=_standing(facts, now_s))


def verify_image(
    path: Path, *, reader: CodeReader, keys: Mapping[str, Ed25519PublicKey], now_s: int
) -> list[TicketVerdict]:
    """Every ticket in a picture or PDF, in order.

    Raises `TicketUnreadable` when there is none, and as `verify_ticket` for the first that is refused:
    a document with one forged ticket is not to be trusted at all.
    """
    payloads = [text for text in reader.read(path) if text.startswith(PREFIX)]
    if not payloads:
        raise TicketUnreadable(f"there is no ticket's code to be read in {path.name}")
    return [verify_ticket(payload, keys=keys, now_s=now_s) for payload in payloads]


def _standing(facts: TicketFacts, now_s: int) -> Standing:
    if now_s < facts.valid_from:
        return "not_yet_valid"
    return "valid" if now_s <= facts.valid_until else "expired"
