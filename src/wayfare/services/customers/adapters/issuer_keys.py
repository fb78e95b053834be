"""The keys an OIDC issuer signs with, as it publishes them (OpenID Connect Discovery 1.0, RFC 7517).

They are kept for ten minutes, and asked for earlier when a token names one that is not among them: that is how an
issuer's change of keys is seen. Whatever tokens come, the issuer is asked once in ten seconds at most. When it does
not answer, the keys that are known go on for a day.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from wayfare.kernel.errors import ConfigurationError, Unavailable
from wayfare.kernel.time import DAY_S, Clock

log = structlog.get_logger()
KEPT_S = 600
ASK_AGAIN_S = 10
TOO_OLD_S = DAY_S
WHOLE_S = 8.0
CONNECT_S = 3.0
ANSWER_BYTES_MAX = 262_144
KEYS_MAX = 100
RSA_BITS_MIN = 2048
DISCOVERY = "/.well-known/openid-configuration"

Key = RSAKey | ECKey


class IssuerKeys:
    def __init__(self, issuer: str, jwks_url: str | None, clock: Clock) -> None:
        """`jwks_url`: None asks the issuer for it. Raises ConfigurationError for an address without TLS."""
        self._issuer, self._jwks_url, self._clock = issuer, jwks_url, clock
        check_url("WAYFARE_OIDC_JWKS_URL" if jwks_url else "WAYFARE_OIDC_ISSUER", jwks_url or issuer)
        self._keys: Mapping[tuple[str, str], Key] = {}
        self._loaded_s = self._asked_s = -TOO_OLD_S
        self._turn = asyncio.Lock()

    async def find(self, kid: str, algorithm: str) -> Key | None:
        """The key of an id for RS256 or ES256.

        Raises `Unavailable` when the issuer has never answered, or not for a day.
        """
        wanted = (kid, algorithm)
        # One asks; whoever can do without waits for nobody.
        if wanted not in self._keys or (self._age_s() > KEPT_S and not self._turn.locked()):
            async with self._turn:
                if wanted not in self._keys or self._age_s() > KEPT_S:
                    await self._ask()
        if self._age_s() > TOO_OLD_S:
            raise Unavailable("who you are cannot be checked: the log-in service does not answer")
        return self._keys.get(wanted)

    def _age_s(self) -> int:
        return abs(self._clock.now_s() - self._loaded_s)

    async def _ask(self) -> None:
        now_s = self._clock.now_s()
        if abs(now_s - self._asked_s) < ASK_AGAIN_S:
            return
        self._asked_s = now_s
        try:
            async with asyncio.timeout(WHOLE_S):
                self._keys = await self._load()
            self._loaded_s = now_s
        except (
            TimeoutError,
            OSError,
            httpx2.HTTPError,
            httpx2.InvalidURL,
            ValueError,
            RecursionError,
            ConfigurationError,
        ) as error:
            log.warning("issuer.not_heard", issuer=self._issuer, error=f"{type(error).__name__}: {error}")

    async def _load(self) -> Mapping[tuple[str, str], Key]:
        timeout = httpx2.Timeout(WHOLE_S, connect=CONNECT_S)
        async with httpx2.AsyncClient(timeout=timeout, follow_redirects=False) as http:
            url = self._jwks_url or await self._discover(http)
            found = (await _get(http, url)).get("keys")
        if not isinstance(found, list):
            raise ValueError("a set of keys has a list of them")
        return dict(pair for item in found[:KEYS_MAX] if (pair := _read_key(item)) is not None)

    async def _discover(self, http: httpx2.AsyncClient) -> str:
        document = await _get(http, self._issuer.rstrip("/") + DISCOVERY)
        url = document.get("jwks_uri")
        # Discovery 1.0, 4.3: a document of another issuer must not be used.
        if document.get("issuer") != self._issuer or not isinstance(url, str):
            raise ValueError("the discovery document is of another issuer, or names no keys")
        check_url("jwks_uri", url, loopback=_is_loopback(self._issuer))
        return url


def check_url(name: str, url: str, *, loopback: bool = True) -> None:
    """Raises `ConfigurationError` unless it is https, or http to this very machine where `loopback` allows it."""
    try:
        parts = urlsplit(url)
        safe = bool(parts.hostname) and parts.scheme == "https"
        local = loopback and parts.scheme == "http" and _is_loopback(url)
    except ValueError:
        safe = local = False
    if not safe and not local:
        raise ConfigurationError(f"{name}: must begin with https:// (http:// only to this machine)")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _get(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    """A JSON object. Raises ValueError for anything else, httpx2.HTTPError."""
    content = bytearray()
    async with http.stream("GET", url, headers={"accept": "application/json"}) as response:
        if response.status_code != 200:
            raise ValueError(f"answered {response.status_code}")
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > ANSWER_BYTES_MAX:
                raise ValueError(f"answered more than {ANSWER_BYTES_MAX} bytes")
    return msgspec.json.decode(bytes(content), type=dict[str, Any])


def _read_key(item: Any) -> tuple[tuple[str, str], Key] | None:
    """None for one that is not for signatures, or not of a kind that is accepted."""
    if not isinstance(item, dict) or item.get("use", "sig") != "sig" or not isinstance(item.get("kid"), str):
        return None
    try:
        if item.get("kty") == "RSA" and item.get("alg", "RS256") == "RS256":
            key: Key = RSAKey.import_key({name: item[name] for name in ("kty", "n", "e")})
            return None if key.raw_value.key_size < RSA_BITS_MIN else ((item["kid"], "RS256"), key)
        if item.get("kty") == "EC" and item.get("crv") == "P-256" and item.get("alg", "ES256") == "ES256":
            return (item["kid"], "ES256"), ECKey.import_key({name: item[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None
