"""What the audit log costs per booking, in CPU time: `python -m benchmarks.audit_cost`.

Outboxes are filled with the events of bookings as the saga writes them, and where each came from; then one round of
following them is measured. CPU time, not wall time, so that other work on the machine does not count.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from wayfare.bootstrap.events import all_outboxes
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.bookings.events import BookingConfirmed, BookingCreated
from wayfare.contracts.events import Amount, EventData
from wayfare.contracts.payments.events import PaymentAuthorised, PaymentCaptured
from wayfare.gateway.origins import OriginNotes
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.infrastructure.telemetry import new_correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.services.audit.adapters.outbox_source import OutboxSource
from wayfare.services.audit.adapters.partitions import prepare_partitions
from wayfare.services.audit.application.follow_events import FollowEvents
from wayfare.services.audit.wiring import build, make_use_cases

BOOKINGS = 20_000
BATCH = 500
PAID = Amount("59.90", "EUR")
_TICKS_PER_S = 100


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        with EmbeddedPostgres(folder) as server:
            settings = Settings(data_dir=folder, database_url=server.dsn)
            await run_migrations(settings)
            async with Database(server.dsn, pool_size=3) as database:
                await measure(settings, database)


async def measure(settings: Settings, database: Database) -> None:
    await prepare_partitions(database)
    outboxes = all_outboxes(lambda _: database)
    bookings, payments = outboxes[:2]
    for outbox in outboxes:
        await outbox.prepare()
    keys = {"keys_dir": settings.audit_keys, "secret": settings.audit_secret}
    audit = make_use_cases(database=database, outboxes=outboxes, **keys)  # type: ignore[arg-type]
    notes = OriginNotes(build(database=database, outboxes=outboxes, **keys).api)  # type: ignore[arg-type]
    told: list[str] = []
    for _ in range(BOOKINGS // BATCH):
        made = [_events(uuid7(), correlation_id) for correlation_id in (new_correlation_id() for _ in range(BATCH))]
        told += [pair[0][0].correlation_id for pair in made]  # type: ignore[attr-defined]
        async with database.transaction() as session:
            await bookings.write(session, [event for pair in made for event in pair[0]])
            await payments.write(session, [event for pair in made for event in pair[1]])
    await _report("the edge notes where a request came from", _note(notes, told), database)
    await _report("it is told to the audit service, 500 at a time", _tell(notes), database)
    follow = FollowEvents(audit.log, [OutboxSource(outbox) for outbox in outboxes], lag=timedelta(0), rest=0.0)
    await _report("four events become rows of the log", _follow(follow), database)
    verdict = await audit.verify()
    size = await database.fetchval(
        "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'audit.entry'::regclass"
    )
    print(f"{verdict.rows} rows, {verdict.fault_count} faults, {size / BOOKINGS:.0f} bytes per booking with indexes")


async def _note(notes: OriginNotes, told: list[str]) -> None:
    scope = {"type": "http", "method": "POST", "path": "/v1/bookings", "client": ("203.0.113.7", 4711)}
    for correlation_id in told:
        notes.note(scope, correlation_id)


async def _tell(notes: OriginNotes) -> None:
    await notes.tell()


async def _follow(follow: FollowEvents) -> None:
    while await follow():
        pass


def _events(booking_id: UUID, correlation_id: str) -> tuple[list[EventData], list[EventData]]:
    payment_id, hold_id = uuid7(), uuid7()
    about = {"booking_id": booking_id, "locator": booking_id.hex[-6:].upper(), "correlation_id": correlation_id}
    about["departures"] = ("20261121-4711",)
    paid = {"payment_id": payment_id, "booking_id": booking_id, "amount": PAID}
    return [
        BookingCreated(hold_id=hold_id, total=PAID, passengers=1, **about),
        BookingConfirmed(
            hold_id=hold_id,
            payment_id=payment_id,
            total=PAID,
            passengers=1,
            **about,
        ),
    ], [PaymentAuthorised(**paid), PaymentCaptured(**paid)]


async def _report(what: str, work: object, database: Database) -> None:
    before, server_before = time.process_time(), await _server_cpu_s(database)
    await work  # type: ignore[misc]
    ours = time.process_time() - before
    theirs = await _server_cpu_s(database) - server_before
    print(f"{what}: {ours / BOOKINGS * 1e6:.1f} µs Python, {theirs / BOOKINGS * 1e6:.1f} µs PostgreSQL per booking")


async def _server_cpu_s(database: Database) -> float:
    """Of all processes of the server that run now: backends, WAL writer, checkpointer."""
    rows = await database.fetch("SELECT pid FROM pg_stat_activity")
    total = 0
    for row in rows:
        fields = Path(f"/proc/{row['pid']}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS_PER_S


if __name__ == "__main__":
    asyncio.run(main())
