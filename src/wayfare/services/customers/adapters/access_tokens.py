"""Access tokens: JWTs by the profile of RFC 9068, signed with ES256 and nothing else (RFC 8725, 3.1).

Reading one costs an ECDSA verification; what was read is remembered by the token's text until it expires.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError

from wayfare.contracts.customers.api import Identity
from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import Unauthenticated
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters.signing_keys import SigningKeys
from wayfare.services.customers.domain.customer import ACCESS_S

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "wayfare"
TOKEN_MAX = 8192
REMEMBERED_MAX = 20_000
KEY_IDS_MAX = 200
LEEWAY_S = 60
"""By how much the clocks of our machines may differ."""


class SignedTokens:
    """Implements the port `AccessTokens`."""

    def __init__(self, keys: SigningKeys, issuer: str, clock: Clock) -> None:
        self._keys, self._issuer, self._clock = keys, issuer, clock
        self._remembered: dict[str, Identity] = {}

    async def issue(self, customer_id: UUID, session_id: UUID, grants: Sequence[Grant]) -> str:
        signing = await self._keys.current()
        now_s = self._clock.now_s()
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": signing.kid}
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(customer_id),
            "sid": str(session_id),
            "roles": [[grant.role, grant.operator] for grant in grants],
            "iat": now_s,
            "exp": now_s + ACCESS_S,
            "jti": os.urandom(12).hex(),
        }
        return jwt.encode(header, claims, signing.key, algorithms=[ALGORITHM])

    async def read(self, token: str) -> Identity:
        identity = self._remembered.get(token)
        if identity is None:
            identity = await self._verified(token)
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[token] = identity
        if identity.expires_s <= self._clock.now_s():
            self._remembered.pop(token, None)
            raise Unauthenticated("the access token has expired")
        return identity

    async def _verified(self, token: str) -> Identity:
        if len(token) > TOKEN_MAX or not token.isascii():
            raise _refused()
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid = header.get("kid")
            if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not isinstance(kid, str):
                raise _refused()
            if "crit" in header:  # an extension that must be understood: we know none (RFC 7515, 4.1.11)
                raise _refused()
            key = await self._keys.find(kid[:KEY_IDS_MAX])
            if key is None:
                raise _refused()
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise _refused() from None
        return self._identity(claims)

    def _identity(self, claims: dict[str, Any]) -> Identity:
        if claims.get("iss") != self._issuer or claims.get("aud") != AUDIENCE:
            raise _refused()
        try:
            if max(msgspec.convert(claims["iat"], int), claims.get("nbf", 0)) > self._clock.now_s() + LEEWAY_S:
                raise _refused()
            return Identity(
                customer_id=UUID(claims["sub"]),
                session_id=UUID(claims["sid"]),
                grants=msgspec.convert(claims["roles"], tuple[Grant, ...]),
                expires_s=msgspec.convert(claims["exp"], int),
            )
        except (KeyError, ValueError, TypeError, AttributeError, msgspec.ValidationError):
            raise _refused() from None


def _refused() -> Unauthenticated:
    return Unauthenticated("the access token is not valid")
