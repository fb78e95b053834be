"""A migrated database and a world on it for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from integration.bookings.world import Process, World, migrate


@pytest.fixture
async def world(request: pytest.FixtureRequest, databases: Any, tmp_path: Path) -> AsyncIterator[World]:
    """With the fake inventory; `parametrize("world", ["fake", "real"], indirect=True)` for both."""
    dsn = databases.create(databases.template("bookings", migrate))
    made = World(dsn, tmp_path)
    if getattr(request, "param", "fake") == "real":
        async with made.real_inventory():
            yield made
    else:
        yield made
    databases.drop(dsn)


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process() as running:
        yield running
