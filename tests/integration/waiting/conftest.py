"""A migrated database for every test, and the waiting service on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from integration.waiting.world import Process, migrate, running


@pytest.fixture
def dsn(databases: Any) -> Iterator[str]:
    with databases.filled("waiting", migrate) as address:
        yield address


@pytest.fixture
async def process(dsn: str) -> AsyncIterator[Process]:
    async with running(dsn) as started:
        yield started


@pytest.fixture
async def other_process(dsn: str) -> AsyncIterator[Process]:
    """On the same database."""
    async with running(dsn) as started:
        yield started
