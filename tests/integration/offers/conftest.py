from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Databases, run_in_thread
from integration.catalogue.world import NOW, SoldBook
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import upgrade
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import FixedClock
from wayfare.services.catalogue.wiring import MIGRATIONS, make_use_cases

Imported = Callable[[str], Timetable]


@pytest.fixture(scope="session")
def imported(databases: Databases, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Timetables of real feeds as the catalogue imports them, each once: `imported("rail/amtrak-2024")`."""
    known: dict[str, Timetable] = {}

    async def load(path: str) -> Timetable:
        dsn = databases.create()
        await upgrade(dsn, [MIGRATIONS])
        store = TimetableStore(tmp_path_factory.mktemp("timetable"))
        async with Database(dsn, pool_size=2, application_name="tests") as database:
            use = make_use_cases(
                database=database, timetables=store, inventory=SoldBook(), clock=FixedClock(NOW), settle_s=0
            )
            await use.import_feed(shared_data / f"{path}.zip", "real")
        databases.drop(dsn)
        return store.get_current()

    def find(path: str) -> Timetable:
        if path not in known:
            known[path] = run_in_thread(load(path))
        return known[path]

    return find
