from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conftest import Databases
from integration.notifications.receiver import Receiver, receiver
from integration.notifications.world import Desk, prepare
from wayfare.infrastructure.database import Database


@pytest.fixture
def hooks_dsn(databases: Databases) -> Iterator[str]:
    """A database with the tables of events and notifications, and the outboxes of bookings and payments."""
    with databases.filled("notifications", prepare) as dsn:
        yield dsn


@pytest.fixture
async def desk(hooks_dsn: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with Database(hooks_dsn, pool_size=8) as database:
        opened = Desk(database, tmp_path, timeout_s=1.0)
        yield opened
        await opened.service.stop()


@pytest.fixture
def partner() -> Iterator[Receiver]:
    with receiver() as running:
        yield running
