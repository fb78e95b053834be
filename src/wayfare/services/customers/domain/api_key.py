"""API keys of partners, and the service accounts that hold them.

A key is `wf_`, its id, `_` and a secret of 256 random bits. Such a secret cannot be guessed, so one SHA-256 of it is
kept instead of a slow hash; the id says in a log or a leak which key it is. A key may do what its account may, or less.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from wayfare.contracts.customers.api import KEY_PREFIX
from wayfare.contracts.customers.roles import PERSONAL, Grant, Permission, holds, is_permitted
from wayfare.kernel.errors import Unauthenticated, ValidationFailed

DAYS_MAX = 366
RATE_CLASS = "standard"
_TEXT = re.compile(rf"{KEY_PREFIX}([0-9a-f]{{32}})_([A-Za-z0-9_-]{{43}})")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_CLASS = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class ServiceAccount(msgspec.Struct, frozen=True):
    """A partner's account: it has roles and keys, and nobody logs in to it."""

    account_id: UUID
    name: str
    disabled: bool
    grants: tuple[Grant, ...]


class Scope(msgspec.Struct, frozen=True):
    """What a key may do at most; no `operators`: those of its account. `rate_class`: by name, see the edge."""

    permissions: tuple[str, ...]
    operators: tuple[str, ...] = ()
    rate_class: str = RATE_CLASS


class ApiKey(msgspec.Struct, frozen=True):
    """A key as it is kept: without its secret. Times are UTC seconds."""

    key_id: UUID
    account: str
    scope: Scope
    created_s: int
    expires_s: int
    last_used_on: date | None
    revoked: bool


def write_key(key_id: UUID) -> tuple[str, bytes]:
    """The text of a new key, which is told once, and the digest that is kept."""
    secret = secrets.token_urlsafe(32)
    return f"{KEY_PREFIX}{key_id.hex}_{secret}", _digest(secret)


def read_key(text: str) -> tuple[UUID, bytes]:
    """The id and the digest of a key that was shown. Raises `Unauthenticated`."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise Unauthenticated("the API key is not valid")
    return UUID(found[1]), _digest(found[2])


def check_name(name: str) -> str:
    """Raises `ValidationFailed`."""
    if not _NAME.fullmatch(name):
        raise ValidationFailed.of("name", "2 to 63 lower-case letters, digits and hyphens")
    return name


def usual_permissions(grants: Iterable[Grant]) -> tuple[str, ...]:
    """All that a key of an account with these grants may do."""
    return tuple(one.value for one in Permission if one not in PERSONAL and holds(grants, one))


def check_scope(scope: Scope, grants: Sequence[Grant]) -> None:
    """Raises `ValidationFailed` for what the account may not do itself, or no key may."""
    given = usual_permissions(grants)
    if not scope.permissions or not set(scope.permissions) <= set(given):
        raise ValidationFailed.of(
            "permissions", f"one or more of {', '.join(given) or 'none: the account has no role'}"
        )
    for operator in scope.operators:
        if not operator or not any(is_permitted(grants, Permission(one), operator) for one in scope.permissions):
            raise ValidationFailed.of("operators", f"the account may do none of this for {operator!r}")
    if not _CLASS.fullmatch(scope.rate_class):
        raise ValidationFailed.of("rate_class", "a name of lower-case letters, digits, - and _")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
