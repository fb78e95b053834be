"""Log in, refresh, and what a pair of tokens is.

An access token is signed and short-lived. A refresh token is used once: each use gives the next one of its family (its
device). One that comes a second time was stolen, from us or from its owner: the family ends (RFC 9700, 4.14.2).
"""

from __future__ import annotations

import hashlib
import os
from uuid import UUID

import msgspec

from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.security_events import note_security_event
from wayfare.kernel.errors import InvalidGrant, Unauthenticated
from wayfare.services.customers.application.ports import AccessTokens, Accounts, Passwords, Sessions
from wayfare.services.customers.domain.customer import ACCESS_S


class Refresh(msgspec.Struct, frozen=True, array_like=True):
    """The content of a refresh token."""

    session_id: UUID
    generation: int
    secret: bytes


class Tokens(msgspec.Struct, frozen=True):
    """The answer of RFC 6749, 5.1."""

    access_token: str
    token_type: str
    expires_in: int  # seconds
    refresh_token: str


class Devices:
    """Gives tokens to devices and takes them back."""

    def __init__(self, accounts: Accounts, sessions: Sessions, access: AccessTokens, secret: bytes) -> None:
        self._accounts, self._sessions, self._access = accounts, sessions, access
        self._seal: Seal[Refresh] = Seal(secret, "refresh", Refresh, InvalidGrant)

    async def sign_in(self, customer_id: UUID, password_hash: str, device: str) -> Tokens:
        """A new family. `password_hash`: what the password was checked against. Raises InvalidGrant."""
        secret = os.urandom(32)
        session_id = await self._sessions.open(customer_id, password_hash, device, _hashed(secret))
        if session_id is None:
            raise InvalidGrant()
        return await self._tokens(customer_id, Refresh(session_id, 1, secret))

    async def refresh(self, refresh_token: str) -> Tokens:
        """The next pair. Raises InvalidGrant, after ending the family when the token was used before."""
        try:
            used = self._seal.open(refresh_token)
        except InvalidGrant:
            note_security_event("refresh_refused")
            raise
        secret = os.urandom(32)
        hashed, fresh = _hashed(used.secret), _hashed(secret)
        customer_id = await self._sessions.turn(used.session_id, used.generation, hashed, fresh)
        if customer_id is None:
            stolen = await self._sessions.end(used.session_id)
            note_security_event("refresh_reused" if stolen else "refresh_refused", session_id=str(used.session_id))
            raise InvalidGrant()
        return await self._tokens(customer_id, Refresh(used.session_id, used.generation + 1, secret))

    async def revoke(self, token: str) -> None:
        """End the family of an access or refresh token. A token that is none is no error (RFC 7009, 2.2)."""
        try:
            session_id = self._seal.open(token).session_id
        except InvalidGrant:
            try:
                session_id = (await self._access.read(token)).session_id
            except Unauthenticated:
                return
        await self._sessions.end(session_id)

    async def _tokens(self, customer_id: UUID, refresh: Refresh) -> Tokens:
        grants = await self._accounts.list_grants(customer_id)
        token = await self._access.issue(customer_id, refresh.session_id, grants)
        return Tokens(token, "Bearer", ACCESS_S, self._seal.seal(refresh))


class LogIn:
    def __init__(self, accounts: Accounts, passwords: Passwords, devices: Devices) -> None:
        self._accounts, self._passwords, self._devices = accounts, passwords, devices

    async def __call__(self, email: str, password: str, device: str) -> Tokens:
        """Raises InvalidGrant, whatever was wrong and after the same work; Unavailable when too many try."""
        found = await self._accounts.find_credentials(email)
        verified = await self._passwords.verify(password, found.password_hash if found else None)
        if found is None or not verified.right or found.disabled:
            note_security_event("log_in_failed")
            raise InvalidGrant()
        stored = found.password_hash
        if verified.fresh_hash is not None:
            await self._accounts.improve_hash(found.customer_id, stored, verified.fresh_hash)
            stored = verified.fresh_hash
        return await self._devices.sign_in(found.customer_id, stored, device)


def _hashed(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
