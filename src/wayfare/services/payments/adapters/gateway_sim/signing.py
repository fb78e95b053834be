"""Signatures of the simulated gateway's webhooks, after the Standard Webhooks specification (symmetric, v1)."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64encode
from collections.abc import Mapping

from wayfare.kernel.errors import SignatureRefused

TOLERANCE_S = 300


def signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    text = f"{event_id}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.digest(secret.encode(), text, hashlib.sha256)).decode()}"


def signed_headers(secret: str, event_id: str, body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, event_id, timestamp, body),
    }


def check_signature(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The event's id. Raises `SignatureRefused` when it is unsigned, signed by somebody else, or too old."""
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    expected = signature(secret, event_id, timestamp, body)
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        raise SignatureRefused("the webhook's signature is not valid")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        raise SignatureRefused("the webhook is too old")
    return event_id
