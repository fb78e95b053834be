"""What must be true before requests are sent here."""

from __future__ import annotations

import asyncpg

from wayfare.bootstrap.compose import SCHEMAS
from wayfare.bootstrap.schema import pending_migrations
from wayfare.bootstrap.system import System
from wayfare.gateway.operations import Check
from wayfare.kernel.errors import WayfareError


def readiness_checks(system: System) -> dict[str, Check]:
    """The checks of /readyz: database, migrations, timetable."""

    async def database() -> str | None:
        for opened in system.databases.values():
            try:
                await opened.ping()
            except WayfareError as error:
                return f"PostgreSQL does not answer: {type(error).__name__}"
        return None

    async def migrations() -> str | None:
        if not all(opened.is_up for opened in system.databases.values()):
            return "cannot be read"
        try:
            pending = await pending_migrations(system.settings, [name for name in SCHEMAS if name in system.services])
        except (WayfareError, OSError, TimeoutError, asyncpg.PostgresError) as error:
            return f"cannot be read: {type(error).__name__}"
        return f"to be run: {', '.join(pending)}" if pending else None

    async def timetable() -> str | None:
        return None if system.timetables.generation else "no timetable has been imported yet"

    return {"database": database, "migrations": migrations, "timetable": timetable}
