from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from conftest import Databases
from integration.inventory.world import make_service, make_timetables, migrate
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore


@pytest.fixture
def inventory_url(databases: Databases) -> Iterator[str]:
    with databases.filled("inventory", migrate) as dsn:
        yield dsn


@pytest.fixture
async def inventory_database(inventory_url: str) -> AsyncIterator[Database]:
    async with Database(inventory_url, pool_size=4, application_name="inventory-test") as opened:
        yield opened


@pytest.fixture(scope="session")
def timetables(tmp_path_factory: pytest.TempPathFactory) -> TimetableStore:
    return make_timetables(tmp_path_factory.mktemp("timetable"))


@pytest.fixture
async def service(inventory_database: Database, timetables: TimetableStore) -> AsyncIterator[Service]:
    service = make_service(inventory_database, timetables)
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
def inventory(service: Service) -> InventoryApi:
    api: InventoryApi = service.api
    return api


@pytest.fixture
async def workers(inventory_database: Database, timetables: TimetableStore) -> AsyncIterator[list[InventoryApi]]:
    """Two services on one database, as two worker processes have them."""
    services = [make_service(inventory_database, timetables, worker_no=number) for number in range(2)]
    for service in services:
        await service.start()
    yield [service.api for service in services]
    for service in services:
        await service.stop()
