"""Signatures as Standard Webhooks has them (standardwebhooks.com): v1, HMAC-SHA256 of id, time and body."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(webhook_id: str, sent_s: int, body: str, keys: Sequence[str]) -> dict[str, str]:
    """The three headers; a signature for each of the secrets that are valid."""
    sent_at = datetime.fromtimestamp(sent_s, UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(sent_s),
        "webhook-signature": " ".join(Webhook(key).sign(webhook_id, sent_at, body) for key in keys),
    }
