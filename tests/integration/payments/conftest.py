"""A running payments service on a migrated database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from integration.bookings.recording_gateway import RecordingGateway
from integration.bookings.world import NOW, SECRET, migrate
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.time import FixedClock
from wayfare.services.payments.wiring import build


@pytest.fixture
def dsn(databases: Any) -> Iterator[str]:
    with databases.filled("bookings", migrate) as dsn:
        yield dsn


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    async with Database(dsn, pool_size=8, application_name="tests") as opened:
        yield opened


@pytest.fixture
def gateway() -> RecordingGateway:
    return RecordingGateway()


def make(database: Database, gateway: RecordingGateway) -> Service:
    return build(database=database, gateway=gateway, clock=FixedClock(NOW), secret=SECRET, timeout_s=0.3)


@pytest.fixture
async def payments(database: Database, gateway: RecordingGateway) -> AsyncIterator[Service]:
    service = make(database, gateway)
    await service.start()
    yield service
    await service.stop()
