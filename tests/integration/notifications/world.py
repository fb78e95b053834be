"""Outboxes of bookings and payments, and the notifications service that listens to them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from integration.bookings.timetable import build_timetable
from wayfare.contracts.bookings.events import BookingCancelled, BookingCreated, BookingEvent
from wayfare.contracts.events import Amount, EventData
from wayfare.contracts.notifications.api import AddEndpoint, Attempt, Endpoint, ListAttempts, ListEndpoints
from wayfare.contracts.payments.events import PaymentCaptured, PaymentEvent
from wayfare.infrastructure import events
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.consumer import Consumer
from wayfare.infrastructure.events.outbox import Outbox, outbox_tables
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import FixedClock
from wayfare.services.notifications import wiring

SERVICE = Path(wiring.__file__).parent
MIGRATIONS = [
    ServiceMigrations("events", Path(events.__path__[0]) / "migrations"),
    ServiceMigrations("notifications", SERVICE / "adapters" / "migrations"),
    ServiceMigrations("audit", SERVICE.parent / "audit" / "adapters" / "migrations"),  # its commands are recorded
]
TRAIN, FLIGHT = "20261201-4711", "20261201-4712"
EUR = Amount("59.90", "EUR")
PATIENCE_S = 20.0


async def prepare(dsn: str) -> None:
    await upgrade(dsn, MIGRATIONS)
    async with Database(dsn, pool_size=2) as database:
        for schema, family in (("bookings", BookingEvent), ("payments", PaymentEvent)):
            await database.execute(f"CREATE SCHEMA {schema}")
            for statement in outbox_tables(schema):
                await database.execute(statement)
            await Outbox(schema, family.TOPIC, database).prepare()


def created(number: int, departure: str = TRAIN) -> BookingCreated:
    return BookingCreated(UUID(int=1), EUR, 1, **_which(number, departure))


def cancelled(number: int, departure: str = TRAIN) -> BookingCancelled:
    return BookingCancelled(EUR, **_which(number, departure))


def _which(number: int, departure: str) -> dict[str, Any]:
    return {"booking_id": UUID(int=number), "locator": f"LOC{number:03d}", "departures": (departure,)}


def captured(number: int) -> PaymentCaptured:
    return PaymentCaptured(UUID(int=number), UUID(int=number), EUR)


def outboxes(database: Database) -> list[Outbox]:
    return [Outbox("bookings", BookingEvent.TOPIC, database), Outbox("payments", PaymentEvent.TOPIC, database)]


def consumers(service: Service, database: Database) -> list[Consumer]:
    broker = open_broker("postgres:", outboxes(database))
    return [Consumer(subscriber, database, broker) for subscriber in service.subscribers]


class Desk:
    """One process of the service whose clock the test moves."""

    def __init__(self, database: Database, folder: Path, timeout_s: float = 5.0) -> None:
        self.database, self.key_file = database, folder / "data-keys.json"
        self.clock = FixedClock(datetime.now(UTC))
        timetables = TimetableStore(folder)
        timetables.snapshots.publish(build_timetable(), 1)
        timetables.refresh()
        self.service = wiring.build(
            database=database,
            timetables=timetables,
            clock=self.clock,
            keys=KeyFile(self.key_file),
            http=True,
            private=True,
            timeout_s=timeout_s,
        )
        self.api = self.service.api
        (self.consumer,) = consumers(self.service, database)

    async def add(self, url: str, *wanted: str, operators: tuple[str, ...] = ()) -> tuple[int, str]:
        """An endpoint that was there before everything: its id and its secret."""
        added = await self.api.add_endpoint(AddEndpoint(url, wanted, operators))
        await self.database.execute("UPDATE notifications.webhook_endpoint SET created_at = '2026-01-01 00:00+00'")
        return added.endpoint_id, added.secret

    async def happen(self, *happened: EventData) -> None:
        """Takes in and records, sends nothing."""
        for event in happened:
            (outbox,) = (each for each in outboxes(self.database) if each.topic == event.TOPIC)
            async with self.database.transaction() as session:
                await outbox.write(session, [event])
        await self.consumer.take_in()
        await self.consumer.handle()

    async def send(self) -> None:
        """Rounds of the worker until nothing is due."""
        deadline = time.monotonic() + PATIENCE_S
        job = next(job for job in self.service.jobs if job.name == "notifications.webhooks")
        while await self._due():
            assert time.monotonic() < deadline
            await job.run()
            await asyncio.sleep(0.02)

    async def endpoint(self, number: int) -> Endpoint:
        found = (await self.api.list_endpoints(ListEndpoints())).endpoints
        return next(each for each in found if each.endpoint_id == number)

    async def log(self, number: int) -> tuple[Attempt, ...]:
        attempts: tuple[Attempt, ...] = (await self.api.list_attempts(ListAttempts(number, 1000))).attempts
        return attempts

    async def _due(self) -> bool:
        found: bool = await self.database.fetchval(
            """
            SELECT EXISTS (SELECT FROM notifications.webhook_delivery AS d JOIN notifications.webhook_endpoint AS e
            ON e.id = d.endpoint_id WHERE d.state = 'pending' AND d.due_at <= $1 AND e.rests_until <= $1
            AND e.disabled_at IS NULL AND NOT EXISTS (
                SELECT FROM notifications.webhook_delivery AS o
                WHERE o.endpoint_id = e.id AND o.key = d.key AND o.state = 'pending' AND o.id < d.id))
            """,
            datetime.fromtimestamp(self.clock.now_s(), UTC),
        )
        return found


async def wait_until(true: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline, f"not so after {patience_s} s"
        await asyncio.sleep(0.02)
