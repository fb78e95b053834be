"""A system for every test, on a copy of one that was prepared once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conftest import Databases
from integration.attacks.world import World, prepare, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One xdist worker runs them all: to prepare the system takes longer than most of them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("attacks"))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that belongs to the prepared database: its keys and its timetable."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture
async def world(databases: Databases, prepared: Path, tmp_path: Path) -> AsyncIterator[World]:
    dsn = databases.create(databases.template("whole", lambda dsn: prepare(dsn, prepared)))
    async with running(dsn, prepared, tmp_path / "data") as made:
        yield made
    databases.drop(dsn)
