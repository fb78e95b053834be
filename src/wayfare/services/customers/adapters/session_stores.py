"""Where sessions and revocations are kept: PostgreSQL, or DynamoDB where that is configured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from wayfare.infrastructure.database import Database
from wayfare.kernel.time import Clock, SystemClock
from wayfare.services.customers.adapters.revocations import PostgresRevocationList, RevocationList
from wayfare.services.customers.adapters.session_table import PostgresSessionTable, SessionTable


@dataclass(frozen=True)
class SessionStores:
    """`close`: None where nothing is to be closed."""

    table: SessionTable
    revocations: RevocationList
    close: Callable[[], Awaitable[None]] | None = None

    async def aclose(self) -> None:
        if self.close is not None:
            await self.close()


def open_session_stores(url: str | None, database: Database, clock: Clock | None = None) -> SessionStores:
    """`url`: None for PostgreSQL. Raises ConfigurationError."""
    if url is None:
        return SessionStores(PostgresSessionTable(database), PostgresRevocationList(database))
    from wayfare.infrastructure.dynamo import Dynamo
    from wayfare.services.customers.adapters.dynamo_revocations import DynamoRevocationList
    from wayfare.services.customers.adapters.dynamo_sessions import DynamoSessionTable

    dynamo = Dynamo(url)
    return SessionStores(
        DynamoSessionTable(dynamo, clock or SystemClock()), DynamoRevocationList(dynamo), dynamo.aclose
    )
