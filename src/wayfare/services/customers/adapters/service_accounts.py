"""Service accounts and API keys in PostgreSQL.

Who uses a key has it read once a second and process: a key that was revoked, or whose account was, is refused within
that second, and within two where PostgreSQL is slow to answer.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from wayfare.contracts.customers.api import Identity, KeyFacts
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database, Row
from wayfare.kernel.errors import Unauthenticated
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import api_key_sql, sql
from wayfare.services.customers.domain.api_key import ApiKey, Scope, ServiceAccount, read_key

FRESH_S = 1.0
TRUSTED_S = 2.0
REMEMBERED_MAX = 10_000


class PostgresServiceAccounts:
    """Implements the port `ServiceAccounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, grant: Grant) -> UUID | None:
        account_id = uuid7()
        created: UUID | None = await self._database.fetchval(
            api_key_sql.INSERT_ACCOUNT, account_id, name, grant.role, grant.operator
        )
        return created

    async def find(self, name: str) -> ServiceAccount | None:
        row = await self._database.fetchrow(api_key_sql.FIND_ACCOUNT, name)
        if row is None:
            return None
        return ServiceAccount(row["account_id"], row["name"], row["disabled"], _grants(row))

    async def grant(self, account_id: UUID, grant: Grant) -> None:
        await self._database.execute(sql.INSERT_GRANT, account_id, grant.role, grant.operator)

    async def revoke_grant(self, account_id: UUID, grant: Grant) -> bool:
        return await self._database.fetchval(sql.DELETE_GRANT, account_id, grant.role, grant.operator) is not None

    async def set_disabled(self, account_id: UUID, *, disabled: bool) -> None:
        await self._database.execute(api_key_sql.SET_DISABLED, account_id, disabled)

    async def add_key(
        self, account_id: UUID, key_id: UUID, digest: bytes, scope: Scope, created_s: int, expires_s: int
    ) -> None:
        permissions, operators = list(scope.permissions), list(scope.operators)
        await self._database.execute(
            api_key_sql.INSERT_KEY,
            key_id,
            account_id,
            digest,
            permissions,
            operators,
            scope.rate_class,
            created_s,
            expires_s,
        )

    async def list_keys(self, name: str | None) -> Sequence[ApiKey]:
        return [
            ApiKey(
                key_id=row["key_id"],
                account=row["name"],
                scope=Scope(tuple(row["permissions"]), tuple(row["operators"]), row["rate_class"]),
                created_s=row["created_s"],
                expires_s=row["expires_s"],
                last_used_on=row["last_used_on"],
                revoked=row["revoked"],
            )
            for row in await self._database.fetch(api_key_sql.LIST_KEYS, name)
        ]

    async def revoke_key(self, key_id: UUID) -> bool:
        return await self._database.fetchval(api_key_sql.REVOKE_KEY, key_id) is not None


class _Read:
    """A key as it was read. `next_at`: when somebody is to read it again."""

    __slots__ = ("identity", "next_at", "read_at")

    def __init__(self, identity: Identity, read_at: float) -> None:
        self.identity, self.read_at, self.next_at = identity, read_at, read_at + FRESH_S


class RememberedKeys:
    """Implements the port `ApiKeys`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._remembered: dict[str, _Read] = {}

    async def read(self, text: str) -> Identity:
        found, now = self._remembered.get(text), time.monotonic()
        if found is None or now >= found.next_at or now - found.read_at > TRUSTED_S:
            if found is not None:
                found.next_at = now + FRESH_S  # who comes meanwhile goes on with what is known
            found = await self._read(text)
        if found.identity.expires_s <= self._clock.now_s():
            self._remembered.pop(text, None)
            raise Unauthenticated("the API key has expired")
        return found.identity

    async def _read(self, text: str) -> _Read:
        key_id, digest = read_key(text)
        began = time.monotonic()
        row = await self._database.fetchrow(api_key_sql.FIND_KEY, key_id)
        if row is None or not hmac.compare_digest(row["digest"], digest):
            self._remembered.pop(text, None)
            raise Unauthenticated("the API key is not valid")
        today = datetime.fromtimestamp(self._clock.now_s(), UTC).date()
        if row["last_used_on"] != today:
            await self._database.execute(api_key_sql.NOTE_USED, key_id, today)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        found = self._remembered[text] = _Read(_identity(row), began)
        return found


def _identity(row: Row) -> Identity:
    key = KeyFacts(row["key_id"], row["name"], tuple(row["permissions"]), tuple(row["operators"]), row["rate_class"])
    return Identity(row["account_id"], row["key_id"], _grants(row), row["expires_s"], key)


def _grants(row: Row) -> tuple[Grant, ...]:
    return tuple(Grant(role, operator) for role, operator in row["grants"])
