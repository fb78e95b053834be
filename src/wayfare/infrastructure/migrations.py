"""Schema changes of each service, by Alembic: a PostgreSQL schema, a folder, a version table for each.

    services/<service>/adapters/migrations/versions/0001_<what>.py   revision = "0001", down_revision = None
    services/<service>/adapters/migrations/versions/0002_<what>.py   revision = "0002", down_revision = "0001"

A file's name begins with its revision, four digits that count up: so what is pending can be told at every
start without loading Alembic and SQLAlchemy, which takes longer than the rest of the start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from wayfare.infrastructure.database import Connection, close, connect
from wayfare.infrastructure.locks import advisory_lock
from wayfare.kernel.errors import ConfigurationError

VERSION_TABLE = "alembic_version"
LOCK = "migrations"
LOCK_TIMEOUT_S = 600.0
"""How long a process waits for another one that migrates."""


class MigrationFailed(ConfigurationError):
    """A migration could not be carried out; those before it stand."""

    code = "migration_failed"
    title = "The database could not be migrated"


@dataclass(frozen=True, slots=True)
class ServiceMigrations:
    """The migrations in `package_path`/versions, for the PostgreSQL schema `schema`."""

    schema: str
    package_path: Path

    def revisions(self) -> list[str]:
        """In order, read off the names of the files. Raises ConfigurationError when they do not count up."""
        found = sorted(
            (match[1], path.name)
            for path in (self.package_path / "versions").glob("*.py")
            if (match := re.match(r"(\d{4})_", path.name))
        )
        expected = [f"{number:04d}" for number in range(1, len(found) + 1)]
        if [revision for revision, _name in found] != expected:
            names = ", ".join(name for _revision, name in found)
            raise ConfigurationError(f"the migrations of {self.schema} do not count up from 0001: {names}")
        return expected


@dataclass(frozen=True, slots=True)
class Pending:
    """What a schema lacks: `current` is its revision ("" when it has none), `revisions` come next."""

    schema: str
    current: str
    revisions: tuple[str, ...]


async def pending(dsn: str, services: Sequence[ServiceMigrations]) -> list[Pending]:
    """The services whose schema is behind; empty when all is up to date. One connection, two statements.

    Raises ConfigurationError (also when a schema is newer than this program), Unavailable.
    """
    connection = await connect(dsn)
    try:
        return await _pending(connection, services)
    finally:
        await close(connection)


async def upgrade(dsn: str, services: Sequence[ServiceMigrations]) -> list[Pending]:
    """Brings every service's schema up to date; what was pending. Waits while another process does so.

    Each migration is a transaction of its own. Raises MigrationFailed, ConfigurationError, Unavailable.
    """
    connection = await connect(dsn)
    try:
        async with advisory_lock(connection, LOCK, timeout_s=LOCK_TIMEOUT_S):
            work = await _pending(connection, services)
            behind = {item.schema for item in work}
            await _migrate(dsn, [service for service in services if service.schema in behind], "upgrade", "head")
            return work
    finally:
        await close(connection)


async def downgrade(dsn: str, services: Sequence[ServiceMigrations], to: str = "base") -> None:
    """Takes migrations back, the last service first: all of them, or those after revision `to`.

    Raises MigrationFailed, ConfigurationError, Unavailable.
    """
    connection = await connect(dsn)
    try:
        async with advisory_lock(connection, LOCK, timeout_s=LOCK_TIMEOUT_S):
            versions = await _versions(connection, services)
            present = [service for service in reversed(services) if versions[service.schema] > to.replace("base", "")]
            await _migrate(dsn, present, "downgrade", to)
    finally:
        await close(connection)


def execute_script(script: str) -> None:
    """For migrations: several statements separated by semicolons, in the migration's transaction.

    `op.execute` takes one at a time, as the driver prepares what it gets.
    """
    from alembic import op
    from sqlalchemy.util import await_only

    bind = op.get_bind()
    bind.exec_driver_sql("SELECT 1")  # SQLAlchemy begins the transaction with the first statement it sees itself
    driver = bind.connection.driver_connection
    assert driver is not None
    await_only(driver.execute(script))


async def _pending(connection: Connection, services: Sequence[ServiceMigrations]) -> list[Pending]:
    versions = await _versions(connection, services)
    found = []
    for service in services:
        current, revisions = versions[service.schema], service.revisions()
        if current and current not in revisions:
            raise ConfigurationError(
                f"the schema {service.schema} is at revision {current}, which this version of Wayfare "
                "does not know: the database is newer than the program"
            )
        missing = tuple(revision for revision in revisions if revision > current)
        if missing:
            found.append(Pending(service.schema, current, missing))
    return found


async def _versions(connection: Connection, services: Sequence[ServiceMigrations]) -> dict[str, str]:
    """The revision of each schema, "" for those that have none."""
    schemas = [service.schema for service in services]
    present = await connection.fetch(
        "SELECT nspname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE relname = $1 AND nspname = any($2::text[])",
        VERSION_TABLE,
        schemas,
    )
    versions = dict.fromkeys(schemas, "")
    if present:
        union = " UNION ALL ".join(
            f"SELECT '{row['nspname']}' AS schema, version_num FROM \"{row['nspname']}\".{VERSION_TABLE}"
            for row in present
        )
        versions |= {row["schema"]: row["version_num"] for row in await connection.fetch(union)}
    return versions


async def _migrate(dsn: str, services: Sequence[ServiceMigrations], direction: str, to: str) -> None:
    if not services:
        return
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    settings = {"application_name": "wayfare/migrate", "jit": "off", "timezone": "UTC", "lock_timeout": "30s"}

    async def connected() -> Connection:
        return await connect(dsn, settings=settings)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connected, poolclass=NullPool)
    try:
        for service in services:
            async with engine.connect() as connection:
                await connection.run_sync(_run_alembic, service, direction, to)
    finally:
        await engine.dispose()


def _run_alembic(connection: Any, service: ServiceMigrations, direction: str, to: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    config = Config()
    config.set_main_option("script_location", _escaped(Path(__file__).parent / "alembic_env"))
    config.set_main_option("version_locations", _escaped(service.package_path / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, schema=service.schema)
    try:
        heads = ScriptDirectory.from_config(config).get_heads()
        if heads != service.revisions()[-1:]:
            raise MigrationFailed(f"the migrations of {service.schema} end at {', '.join(heads)}, unlike their files")
        connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{service.schema}"')
        connection.commit()
        getattr(command, direction)(config, to)
    except (CommandError, SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        reason = " ".join(str(cause).split())
        raise MigrationFailed(f"{direction} of {service.schema} failed: {reason}") from error


def _escaped(path: Path) -> str:
    """A path in Alembic's configuration, whose reader gives % a meaning."""
    return str(path).replace("%", "%%")
