"""Where requests came from, for a day."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from wayfare.contracts.audit.api import Origin
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import Unavailable
from wayfare.services.audit.adapters import sql


class PostgresOrigins:
    """Implements the port `Origins`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, origins: Sequence[Origin]) -> None:
        ids, addresses = [origin.correlation_id for origin in origins], [origin.address for origin in origins]
        try:
            await self._database.execute(sql.NOTE_ORIGINS, ids, addresses)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable(f"origins cannot be noted: {error}") from error

    async def forget_old(self) -> None:
        await self._database.execute(sql.FORGET_ORIGINS)
