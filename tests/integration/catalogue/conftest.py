from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conftest import Databases
from integration.catalogue.world import CatalogueWorld, SoldBook
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import upgrade
from wayfare.services.catalogue.wiring import MIGRATIONS


async def _migrate(dsn: str) -> None:
    await upgrade(dsn, [MIGRATIONS])


@pytest.fixture
async def world(databases: Databases, tmp_path: Path) -> AsyncIterator[CatalogueWorld]:
    """The real catalogue on a migrated database of this test's own."""
    dsn = databases.create(databases.template("catalogue", _migrate))
    async with Database(dsn, pool_size=4, application_name="tests") as database:
        yield CatalogueWorld(database, tmp_path, SoldBook())
    databases.drop(dsn)
