"""The database before services use it: schemas of all services up to date, connections enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from wayfare import services
from wayfare.bootstrap.compose import SCHEMAS, compose
from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.tables import make_tables
from wayfare.gateway import limits
from wayfare.infrastructure import events, migrations, upkeep
from wayfare.infrastructure.database import Database, check_connection_budget

_COMMANDS_BESIDE = 10
"""Connections left for commands run while the server runs: an import, the doctor, psql."""

GATEWAY = migrations.ServiceMigrations("gateway", Path(limits.__path__[0]) / "migrations")
"""What the edges of all processes share; in the database that all know."""
EVENTS = migrations.ServiceMigrations("events", Path(events.__path__[0]) / "migrations")
UPKEEP = migrations.ServiceMigrations("upkeep", Path(upkeep.__path__[0]) / "migrations")


def migrations_of(name: str) -> migrations.ServiceMigrations:
    """Where a service keeps its migrations."""
    return migrations.ServiceMigrations(name, Path(services.__path__[0]) / name / "adapters" / "migrations")


def _by_database(settings: Settings, names: Sequence[str]) -> dict[str, list[migrations.ServiceMigrations]]:
    grouped: dict[str, list[migrations.ServiceMigrations]] = {}
    for name in names:
        # Whoever listens to events keeps what it received in its own database; so do jobs what they have done.
        listed = grouped.setdefault(settings.database_url_of(name), [EVENTS, UPKEEP])
        listed.append(migrations_of(name))
    if settings.database_url in grouped:
        grouped[settings.database_url].append(GATEWAY)
    return grouped


async def pending_migrations(settings: Settings, names: Sequence[str] = SCHEMAS) -> list[str]:
    """What is not applied yet, as "schema 0002"."""
    found = []
    for url, listed in _by_database(settings, names).items():
        for item in await migrations.pending(url, listed):
            found += [f"{item.schema} {revision}" for revision in item.revisions]
    return found


async def run_migrations(settings: Settings, names: Sequence[str] = SCHEMAS) -> None:
    """Apply what is pending; nothing when nothing is. Raises `ConfigurationError`."""
    for url, listed in _by_database(settings, names).items():
        await migrations.upgrade(url, listed)


async def check_connections(settings: Settings, names: Sequence[str]) -> None:
    """Compare the connections all workers may open with what the server gives. Raises `ConfigurationError`."""
    system = compose(settings, names)
    for url, database in system.databases.items():
        mine = [service for service in system.services.values() if service.name in SCHEMAS]
        # Beside its lanes a service with jobs keeps one connection for the locks of those that run once. The database
        # is watched through one more.
        lanes = 1 + sum(
            service.lanes + bool(service.jobs) for service in mine if settings.database_url_of(service.name) == url
        )
        async with Database(database.dsn, pool_size=1) as probe, probe.acquire() as session:
            await check_connection_budget(
                session,
                pool_size=settings.pool_size,
                lanes=lanes,
                workers=settings.workers,
                others=_COMMANDS_BESIDE,
            )


def prepare_database(settings: Settings) -> None:
    """Bring the database to where this version wants it, and record that."""
    pending = asyncio.run(pending_migrations(settings))
    if pending:
        asyncio.run(run_migrations(settings))
    pending += [f"table {name}" for name in asyncio.run(make_tables(settings))]
    if pending:
        # Written from here: an audit service elsewhere may wait for this migration to start.
        here = settings.model_copy(update={"audit_url": None})
        record_deeds(here, [Deed("schema.migrated", "database", after={"revisions": pending})])
