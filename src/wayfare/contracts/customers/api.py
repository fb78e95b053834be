"""Customers: who somebody is. Whoever gets a bearer token asks here."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.customers.roles import Grant, Permission, holds, is_permitted

KEY_PREFIX = "wf_"
"""What every API key begins with; no other token does."""


class Identify(msgspec.Struct, frozen=True):
    """`token`: an access token or an API key, as it came in the Authorization header."""

    token: str


class KeyFacts(msgspec.Struct, frozen=True):
    """The API key that was shown. It may do what its account may, within `permissions` and `operators` (empty: any).

    `rate_class`: how much of it is let through, by name.
    """

    key_id: UUID
    account: str
    permissions: tuple[str, ...]
    operators: tuple[str, ...]
    rate_class: str


class Identity(msgspec.Struct, frozen=True):
    """The account a token was given to, and the device: for an API key, the key.

    `expires_s`: when what is said here must be asked for anew, UTC seconds.
    """

    customer_id: UUID
    session_id: UUID
    grants: tuple[Grant, ...]
    expires_s: int
    key: KeyFacts | None = None

    @property
    def actor(self) -> str:
        """As the audit log names who did something."""
        return f"customer:{self.customer_id}" if self.key is None else f"key:{self.key.key_id}"


def may(identity: Identity, permission: Permission, operator: str | None = None) -> bool:
    """Whether `permission` is theirs: at all, or in the affairs of `operator` where one is named."""
    key = identity.key
    if key is not None and permission.value not in key.permissions:
        return False
    if operator is None:
        return holds(identity.grants, permission)
    if key is not None and key.operators and operator not in key.operators:
        return False
    return is_permitted(identity.grants, permission, operator)


class FindAddress(msgspec.Struct, frozen=True):
    customer_id: UUID


class VerifiedAddress(msgspec.Struct, frozen=True):
    """An e-mail address of which is known that the account's owner reads it."""

    email: str


class CustomersApi(Protocol):
    async def identify(self, message: Identify) -> Identity:
        """Raises Unauthenticated for a token or key that is not ours, expired or revoked; Unavailable."""
        ...

    async def get_address(self, message: FindAddress) -> VerifiedAddress:
        """Raises NotFound when there is no such account, or nobody has verified its address; Unavailable."""
        ...
