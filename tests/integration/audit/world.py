"""A log on a real database, with its keys in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

import wayfare.services.audit.wiring as audit_wiring
from wayfare.contracts.audit.api import RecordWrites, WriteDone
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox, outbox_tables
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.services.audit.adapters.partitions import prepare_partitions
from wayfare.services.audit.domain.verification import Fault
from wayfare.services.audit.wiring import AuditUseCases, make_use_cases

MIGRATIONS = ServiceMigrations("audit", Path(audit_wiring.__file__).parent / "adapters/migrations")
SECRET = b"a secret of the tests"
BOOKING = UUID("01930000-0000-7000-8000-00000000002a")


async def prepare(dsn: str) -> None:
    """The log's tables, and a service `test` that has an outbox."""
    await upgrade(dsn, [MIGRATIONS])
    async with Database(dsn, pool_size=2) as database:
        await prepare_partitions(database)
        await database.execute("CREATE SCHEMA test")
        for statement in outbox_tables("test"):
            await database.execute(statement)
        await Outbox("test", "test-events", database).prepare()


def use_cases_of(database: Database, keys_dir: Path) -> AuditUseCases:
    keys_dir.mkdir(exist_ok=True)
    outbox = Outbox("test", "test-events", database)
    return make_use_cases(database=database, outboxes=[outbox], keys_dir=keys_dir, secret=SECRET)


def a_write(number: int = 1) -> WriteDone:
    return WriteDone(
        actor="operator:alice",
        action="feed.imported",
        object=f"feed:f{number}",
        before={"generation": number - 1},
        after={"generation": number, "file": f"feed-{number}.zip"},
        person="operator:alice",
        personal={"addresses": ["203.0.113.7"]},
        correlation_id=f"request-{number}",
    )


async def fill(audit: AuditUseCases, rows: int = 9, *, signed_every: int = 3) -> None:
    """Rows 1 to `rows`, a checkpoint after each `signed_every`."""
    for number in range(1, rows + 1):
        await audit.record(RecordWrites((a_write(number),)))
        if number % signed_every == 0:
            await audit.sign()


async def tamper(dsn: str, *statements: str) -> None:
    """What a superuser could do who takes the guard away and puts it back."""
    connection = await asyncpg.connect(dsn)
    try:
        parts = await connection.fetch(
            "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
            "WHERE inhparent = 'audit.entry'::regclass"
        )
        guards = {name: [f"{name}_append_only", f"{name}_not_emptied"] for name in ("entry", "checkpoint")}
        guards |= {row[0]: ["entry_append_only", f"{row[0]}_not_emptied"] for row in parts}
        for name in guards:
            await connection.execute(f"ALTER TABLE audit.{name} DISABLE TRIGGER USER")
        for statement in statements:
            await connection.execute(statement)
        for name, triggers in guards.items():
            for trigger in triggers:
                await connection.execute(f"ALTER TABLE audit.{name} ENABLE ALWAYS TRIGGER {trigger}")
    finally:
        await connection.close()


def shown(faults: Sequence[Fault]) -> list[tuple[str, int, int]]:
    return [(fault.kind, fault.row, fault.to) for fault in faults]
