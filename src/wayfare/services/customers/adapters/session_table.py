"""Where devices that are signed in are kept, for those who change accounts: PostgreSQL, or by configuration elsewhere.

`tx` is the transaction of the caller, who holds the account's row while sessions are opened or ended: a log-in with the
old password cannot slip in between, wherever the sessions are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from wayfare.infrastructure.database import Database, Row
from wayfare.infrastructure.database import Session as Transaction
from wayfare.services.customers.adapters import sql, sql_issuer, sql_second_factor
from wayfare.services.customers.application.ports import Turned
from wayfare.services.customers.domain.customer import DEVICES_MAX, REFRESH_S, Session


class NewSession(msgspec.Struct, frozen=True):
    """A device that signs in. `secret`: the digest of its first refresh token's; b"" for an issuer's log-in."""

    session_id: UUID
    customer_id: UUID
    device: str
    secret: bytes
    created_s: int
    used_s: int
    expires_s: int
    second_factor: bool


class Ended(msgspec.Struct, frozen=True):
    """A session that has just ended."""

    session_id: UUID
    customer_id: UUID


class SessionTable(Protocol):
    """A session whose time is up counts as gone. What `end…` ended is refused from then on, everywhere."""

    async def open(self, tx: Transaction, new: NewSession, /) -> None: ...

    async def keep(self, tx: Transaction, arrived: NewSession, /) -> bool:
        """A log-in of an issuer, new or again. False: it was ended, or is somebody else's."""
        ...

    async def turn(
        self, customer_id: UUID | None, session_id: UUID, generation: int, secret: bytes, fresh: bytes, now_s: int, /
    ) -> Turned | None:
        """Of any number that come with the living secret, one wins. None: the others, and who comes with an old one."""
        ...

    async def is_recent(self, customer_id: UUID, session_id: UUID, since_s: int, /) -> bool: ...
    async def mark(self, tx: Transaction, customer_id: UUID, session_id: UUID, /) -> None: ...
    async def end(self, tx: Transaction, customer_id: UUID | None, session_id: UUID, /) -> Sequence[Ended]: ...

    async def end_all(self, tx: Transaction, customer_id: UUID, keep: UUID | None = None, /) -> Sequence[Ended]:
        """Those of a customer, but for `keep`."""
        ...

    async def end_quiet(self, tx: Transaction, customer_id: UUID, /) -> Sequence[Ended]:
        """Those beyond as many as may be, the ones that were quiet longest."""
        ...

    async def list_of(self, customer_id: UUID, now_s: int) -> Sequence[Session]:
        """The one used last comes first."""
        ...


class PostgresSessionTable:
    """Implements `SessionTable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, tx: Transaction, new: NewSession) -> None:
        await tx.execute(
            sql.OPEN_SESSION,
            new.session_id,
            new.customer_id,
            new.device,
            new.secret,
            new.used_s,
            new.expires_s,
            new.second_factor,
        )

    async def keep(self, tx: Transaction, arrived: NewSession) -> bool:
        kept = await tx.fetchval(
            sql_issuer.KEEP_SESSION,
            arrived.session_id,
            arrived.customer_id,
            arrived.device,
            arrived.created_s,
            arrived.used_s,
            arrived.expires_s,
            arrived.second_factor,
        )
        # Asked after the row is ours: whoever ends the session meanwhile waits for it, or was first and is seen here.
        return kept is not None and not await tx.fetchval(sql.IS_REVOKED, arrived.session_id)

    async def turn(
        self, _customer_id: UUID | None, session_id: UUID, generation: int, secret: bytes, fresh: bytes, now_s: int
    ) -> Turned | None:
        facts = (session_id, generation, secret, fresh, now_s, now_s + REFRESH_S)
        row = await self._database.fetchrow(sql.TURN_SESSION, *facts)
        return None if row is None else Turned(*row)

    async def is_recent(self, _customer_id: UUID, session_id: UUID, since_s: int) -> bool:
        found: bool = await self._database.fetchval(sql.IS_RECENT, session_id, since_s)
        return found

    async def mark(self, tx: Transaction, _customer_id: UUID, session_id: UUID) -> None:
        await tx.execute(sql_second_factor.MARK_SESSION, session_id)

    async def end(self, tx: Transaction, customer_id: UUID | None, session_id: UUID) -> Sequence[Ended]:
        return _ended(await tx.fetch(sql.END_SESSION, session_id, customer_id))

    async def end_all(self, tx: Transaction, customer_id: UUID, keep: UUID | None = None) -> Sequence[Ended]:
        return _ended(await tx.fetch(sql.END_OTHER_SESSIONS, customer_id, keep))

    async def end_quiet(self, tx: Transaction, customer_id: UUID) -> Sequence[Ended]:
        return _ended(await tx.fetch(sql.END_QUIET_SESSIONS, customer_id, DEVICES_MAX))

    async def list_of(self, customer_id: UUID, now_s: int) -> Sequence[Session]:
        return [Session(*row) for row in await self._database.fetch(sql.LIST_SESSIONS, customer_id, now_s)]


def _ended(rows: Sequence[Row]) -> list[Ended]:
    return [Ended(row["session_id"], row["customer_id"]) for row in rows]
