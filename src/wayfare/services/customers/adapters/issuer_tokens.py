"""Tokens of an OIDC issuer: signed with RS256 or ES256 by a key the issuer publishes, and nothing else (RFC 8725).

The key is found by its id among the published ones; a key or an address that the token brings along is never looked
at. An algorithm counts only with a key of its own kind.
"""

from __future__ import annotations

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError

from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters.issuer_keys import IssuerKeys
from wayfare.services.customers.domain.issuer import Arrival, IssuerPolicy, read_claims, refused

ALGORITHMS = ("RS256", "ES256")
TYPES = frozenset({None, "JWT", "at+jwt", "application/at+jwt"})
TOKEN_MAX = 16_384
KEY_ID_MAX = 500


class OidcTokens:
    """Implements the port `IssuerTokens`."""

    def __init__(self, policy: IssuerPolicy, keys: IssuerKeys, clock: Clock) -> None:
        self._policy, self._keys, self._clock = policy, keys, clock

    def claims_to_be(self, token: str) -> bool:
        if len(token) > TOKEN_MAX or not token.isascii():
            return False
        try:
            payload = msgspec.json.decode(jws.extract_compact(token.encode()).payload)
        except (JoseError, ValueError, TypeError, RecursionError):
            return False
        return isinstance(payload, dict) and payload.get("iss") == self._policy.issuer

    async def verify(self, token: str) -> Arrival:
        if len(token) > TOKEN_MAX or not token.isascii():
            raise refused()
        try:
            header = jws.extract_compact(token.encode()).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
            if algorithm not in ALGORITHMS or not isinstance(kid, str) or len(kid) > KEY_ID_MAX:
                raise refused()
            if header.get("typ") not in TYPES or "crit" in header or "b64" in header:
                raise refused()
            key = await self._keys.find(kid, algorithm)
            if key is None:
                raise refused()
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise refused() from None
        return read_claims(self._policy, claims, token, self._clock.now_s())
