"""Customers: who somebody is. Whoever gets a bearer token asks here."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.customers.roles import Grant


class Identify(msgspec.Struct, frozen=True):
    """`token`: an access token as it came in the Authorization header."""

    token: str


class Identity(msgspec.Struct, frozen=True):
    """The account and the device an access token was given to. `expires_s`: when the token ends, UTC seconds."""

    customer_id: UUID
    session_id: UUID
    grants: tuple[Grant, ...]
    expires_s: int


class CustomersApi(Protocol):
    async def identify(self, message: Identify) -> Identity:
        """Raises Unauthenticated for a token that is not ours, expired or revoked; Unavailable."""
        ...
