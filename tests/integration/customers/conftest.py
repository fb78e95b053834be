"""A migrated database and a world on it for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.customers.world import Process, World, migrate
from issuer import Issuer


@pytest.fixture
def world(databases: Any, tmp_path: Path) -> Iterator[World]:
    dsn = databases.create(databases.template("customers", migrate))
    yield World(dsn, tmp_path)
    databases.drop(dsn)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process() as running:
        yield running
