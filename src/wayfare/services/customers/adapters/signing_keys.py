"""The keys that sign access tokens: ECDSA P-256, in the database of the service, wrapped by the key file.

All processes on all machines share them. A new key is published at once and signs ten minutes later, so that whoever
keeps a copy of the published set has it by then; an old one is published until the last token it signed has expired.
So keys change without anybody being logged out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
from joserfc.jwk import ECKey

from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.time import DAY_S, Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.domain.customer import ACCESS_S

AHEAD_S = 600
"""How long a new key is published before it signs; nobody should keep a copy of the set for longer."""
MARGIN_S = 3600
RELOAD_S = 60
UNKNOWN_RELOAD_S = 1


class SigningKey(msgspec.Struct, frozen=True):
    kid: str
    key: ECKey
    created_s: int


class SigningKeys:
    """The keys as this process knows them; follows the changes of others."""

    def __init__(self, database: Database, key_file: KeyFile, clock: Clock, days: int) -> None:
        """`days`: after how many a key is followed by a new one."""
        self._database, self._key_file, self._clock = database, key_file, clock
        self._lifetime_s = days * DAY_S
        self._keys: Sequence[SigningKey] = ()
        self._loaded_s = -DAY_S

    async def start(self) -> None:
        """Make the first key if there is none. Raises ConfigurationError when the key file is another one."""
        await self.keep()
        try:
            await self._load()
        except ConfigurationError as error:
            hint = "all processes on a database need the same WAYFARE_DATA_KEYS_FILE"
            raise ConfigurationError(f"the signing keys cannot be read: {error.detail} ({hint})") from None

    async def current(self) -> SigningKey:
        """The one that signs: the newest that has been published long enough."""
        await self._fresh(RELOAD_S)
        ready = [key for key in self._keys if key.created_s <= self._clock.now_s() - AHEAD_S]
        return ready[-1] if ready else self._keys[0]

    async def find(self, kid: str) -> ECKey | None:
        """By its id; another process may have made it just now."""
        for patience_s in (RELOAD_S, UNKNOWN_RELOAD_S):
            await self._fresh(patience_s)
            for key in self._keys:
                if key.kid == kid:
                    return key.key
        return None

    async def published(self) -> dict[str, Any]:
        """The public halves as a JWK set (RFC 7517)."""
        await self._fresh(RELOAD_S)
        return {"keys": [key.key.as_dict(private=False) for key in self._keys]}

    async def rotate(self) -> str:
        """Add a key; its id. It signs in ten minutes."""
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK_SIGNING_KEYS)
            return await self._add(session)

    async def keep(self) -> None:
        """Add a key when the newest is old, and remove those whose last token has expired."""
        now_s = self._clock.now_s()
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK_SIGNING_KEYS)
            keys = await session.fetch(sql.LIST_SIGNING_KEYS)
            if not keys or keys[-1]["created_s"] <= now_s - self._lifetime_s:
                await self._add(session)
            over_s = now_s - AHEAD_S - ACCESS_S - MARGIN_S
            gone = [key["kid"] for key, newer in pairwise(keys) if newer["created_s"] <= over_s]
            if gone:
                await session.execute(sql.DELETE_SIGNING_KEYS, gone)

    async def rewrap(self) -> int:
        """Wrap every key under the newest key of the file; how many were under an older one."""
        prefix, count = self._key_file.current_prefix(), 0
        for row in await self._database.fetch(sql.LIST_SIGNING_KEYS):
            if not row["wrapped"].startswith(prefix):
                context = _context(row["kid"])
                fresh = self._key_file.wrap(self._key_file.unwrap(row["wrapped"], context), context)
                await self._database.execute(sql.REWRAP_SIGNING_KEY, row["kid"], row["wrapped"], fresh)
                count += 1
        return count

    async def _add(self, session: Session) -> str:
        key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        kid = key.kid
        if kid is None:
            raise ConfigurationError("a signing key has no id")
        wrapped = self._key_file.wrap(json.dumps(key.as_dict(private=True)).encode(), _context(kid))
        await session.execute(sql.INSERT_SIGNING_KEY, kid, wrapped, self._clock.now_s())
        return kid

    async def _fresh(self, patience_s: int) -> None:
        if abs(self._clock.now_s() - self._loaded_s) > patience_s:
            await self._load()

    async def _load(self) -> None:
        rows = await self._database.fetch(sql.LIST_SIGNING_KEYS)
        self._keys = [SigningKey(row["kid"], self._open(row["kid"], row["wrapped"]), row["created_s"]) for row in rows]
        self._loaded_s = self._clock.now_s()

    def _open(self, kid: str, wrapped: bytes) -> ECKey:
        return ECKey.import_key(json.loads(self._key_file.unwrap(wrapped, _context(kid))))


def _context(kid: str) -> bytes:
    return f"customers:signing_key:{kid}".encode()
