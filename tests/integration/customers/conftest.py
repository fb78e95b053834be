"""A migrated database and a world on it for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from dynamo_tables import made_tables
from integration.customers.world import Process, World, migrate
from issuer import Issuer
from wayfare.services.customers.adapters.dynamo_sessions import TABLES


@pytest.fixture
def world(databases: Any, tmp_path: Path) -> Iterator[World]:
    with databases.filled("customers", migrate) as dsn:
        yield World(dsn, tmp_path)


@pytest.fixture
def dynamo_url(moto: str) -> str:
    return made_tables(moto, TABLES)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process() as running:
        yield running
