"""Log in, refresh, and what a pair of tokens is.

An access token is signed and short-lived. A refresh token is used once: each use gives the next one of its family (its
device). One that comes a second time was stolen, from us or from its owner: the family ends (RFC 9700, 4.14.2).

Where a second factor is enrolled, the right password gives a challenge instead of tokens; with a code it gives them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

import msgspec

from wayfare.contracts.customers.api import Identity
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.security_events import note_security_event
from wayfare.kernel.errors import InvalidGrant, SecondFactorNeeded, Unauthenticated
from wayfare.kernel.time import Clock
from wayfare.services.customers.application.ports import (
    AccessTokens,
    Accounts,
    LogInTries,
    Passwords,
    SecondFactors,
    Sessions,
    TokenReader,
)
from wayfare.services.customers.application.second_factor import refuse_closed
from wayfare.services.customers.domain.customer import ACCESS_S
from wayfare.services.customers.domain.second_factor import CHALLENGE_S, without_staff


class Refresh(msgspec.Struct, frozen=True, array_like=True):
    """The content of a refresh token. `customer_id`: None in those issued before it was told."""

    session_id: UUID
    generation: int
    secret: bytes
    customer_id: UUID | None = None


class Challenge(msgspec.Struct, frozen=True, array_like=True):
    """The password was right, a code must follow. `password`: digest of the hash it was checked against."""

    customer_id: UUID
    password: bytes
    device: str
    expires_s: int


class Tokens(msgspec.Struct, frozen=True):
    """The answer of RFC 6749, 5.1."""

    access_token: str
    token_type: str
    expires_in: int  # seconds
    refresh_token: str


class Devices:
    """Gives tokens to devices and takes them back.

    `staff_second_factor`: whoever has not shown a second factor on a device is no staff there.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        access: AccessTokens,
        reader: TokenReader,
        secret: bytes,
        *,
        staff_second_factor: bool,
    ) -> None:
        self._accounts, self._sessions, self._access, self._reader = accounts, sessions, access, reader
        self._staff_second_factor = staff_second_factor
        self._seal: Seal[Refresh] = Seal(secret, "refresh", Refresh, InvalidGrant)

    async def sign_in(
        self, customer_id: UUID, password_hash: str, device: str, *, second_factor: bool = False
    ) -> Tokens:
        """A new family. `password_hash`: what the password was checked against. Raises InvalidGrant."""
        secret = os.urandom(32)
        session_id = await self._sessions.open(
            customer_id, password_hash, device, _hashed(secret), second_factor=second_factor
        )
        if session_id is None:
            raise InvalidGrant()
        return await self._tokens(customer_id, Refresh(session_id, 1, secret, customer_id), second_factor)

    async def refresh(self, refresh_token: str) -> Tokens:
        """The next pair. Raises InvalidGrant, after ending the family when the token was used before."""
        try:
            used = self._seal.open(refresh_token)
        except InvalidGrant:
            note_security_event("refresh_refused")
            raise
        secret = os.urandom(32)
        hashed, fresh = _hashed(used.secret), _hashed(secret)
        turned = await self._sessions.turn(used.customer_id, used.session_id, used.generation, hashed, fresh)
        if turned is None:
            stolen = await self._sessions.end(used.session_id, used.customer_id)
            note_security_event("refresh_reused" if stolen else "refresh_refused", session_id=str(used.session_id))
            raise InvalidGrant()
        following = Refresh(used.session_id, used.generation + 1, secret, turned.customer_id)
        return await self._tokens(turned.customer_id, following, turned.second_factor)

    async def revoke(self, token: str) -> None:
        """End the family of an access or refresh token. A token that is none is no error (RFC 7009, 2.2)."""
        try:
            known: Refresh | Identity = self._seal.open(token)
        except InvalidGrant:
            try:
                known = await self._reader.read(token)
            except Unauthenticated:
                return
        await self._sessions.end(known.session_id, known.customer_id)

    async def _tokens(self, customer_id: UUID, refresh: Refresh, second_factor: bool) -> Tokens:
        grants = await self._accounts.list_grants(customer_id)
        if self._staff_second_factor and not second_factor:
            grants = without_staff(grants)
        token = await self._access.issue(customer_id, refresh.session_id, grants)
        return Tokens(token, "Bearer", ACCESS_S, self._seal.seal(refresh))


class LogIn:
    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords,
        factors: SecondFactors,
        devices: Devices,
        secret: bytes,
        clock: Clock,
        tries: LogInTries | None = None,
    ) -> None:
        """`tries`: None where nobody limits them."""
        self._accounts, self._passwords, self._factors, self._devices = accounts, passwords, factors, devices
        self._clock, self._tries = clock, tries
        self._seal: Seal[Challenge] = Seal(secret, "second factor", Challenge, InvalidGrant)

    async def __call__(self, email: str, password: str, device: str, address: str) -> Tokens:
        """`address`: where they come from. Raises InvalidGrant, whatever was wrong and after the same work;
        SecondFactorNeeded; RateLimited, whether there is such an account or not; Unavailable when too many try."""
        if self._tries is not None:
            await self._tries.admit(email, address)
        found = await self._accounts.find_credentials(email)
        verified = await self._passwords.verify(password, found.password_hash if found else None)
        if found is None or not verified.right or found.disabled:
            note_security_event("log_in_failed")
            raise InvalidGrant()
        stored = found.password_hash
        if verified.fresh_hash is not None:
            await self._accounts.improve_hash(found.customer_id, stored, verified.fresh_hash)
            stored = verified.fresh_hash
        if found.second_factor:
            until_s = self._clock.now_s() + CHALLENGE_S
            challenge = Challenge(found.customer_id, _hashed(stored.encode()), device, until_s)
            raise SecondFactorNeeded(challenge=self._seal.seal(challenge), expires_in=CHALLENGE_S)
        tokens = await self._devices.sign_in(found.customer_id, stored, device)
        await self._remember(found.email, address)
        return tokens

    async def with_code(self, challenge: str, code: str, address: str) -> Tokens:
        """The second step: a code of the authenticator app, or a recovery code. Raises InvalidGrant, RateLimited."""
        opened = self._seal.open(challenge)
        if opened.expires_s <= self._clock.now_s():
            raise InvalidGrant()
        found = await self._accounts.find_credentials_of(opened.customer_id)
        if found is None or found.disabled or not _is_hash_of(opened.password, found.password_hash):
            raise InvalidGrant()
        judgement = await self._factors.attempt(found.customer_id, code)
        if judgement != "right":
            note_security_event("second_factor_failed")
            refuse_closed(judgement)
            raise InvalidGrant()
        tokens = await self._devices.sign_in(found.customer_id, found.password_hash, opened.device, second_factor=True)
        await self._remember(found.email, address)
        return tokens

    async def _remember(self, email: str, address: str) -> None:
        if self._tries is not None:
            await self._tries.remember(email, address)


def _is_hash_of(digest: bytes, password_hash: str) -> bool:
    return hmac.compare_digest(digest, _hashed(password_hash.encode()))


def _hashed(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
