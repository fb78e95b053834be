"""Bookings that belong to nobody's account: by whose address they are found."""

from __future__ import annotations

import hashlib

from wayfare.kernel.people import folded_email


def address_key(email: str) -> bytes:
    """An address as it is compared: case and Unicode spelling aside, always as long."""
    return hashlib.sha256(folded_email(email).encode()).digest()
