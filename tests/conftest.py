"""Fixtures for every test: a real PostgreSQL, a database for each test that wants one, and the real data.

Each pytest process (each xdist worker) runs one embedded server with durability off. A test's database is a
copy of an empty or a prepared one, which takes some 20 ms.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from folders import database_folder
from system.faults.table import PROPERTY, lines_of
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres

# How long an example takes says how busy the machine is.
settings.register_profile("wayfare", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wayfare")

T = TypeVar("T")
Prepare = Callable[[str], Awaitable[object]]

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "min_wal_size": "80MB",
}
"""For tests whose subject is not what survives a crash."""


def run_in_thread(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` in an event loop of its own, whatever loop the caller's thread has."""
    result: list[T] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            result.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


class Databases:
    """Makes and drops databases on the test server."""

    def __init__(self, server_dsn: str) -> None:
        self.server_dsn = server_dsn
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}

    def create(self, template: str = "template0") -> str:
        """A new database, empty or a copy of `template`; its address."""
        name = f"test_{next(self._numbers)}"
        self._copy(template, name)
        return self.address(name)

    def template(self, key: str, prepare: Prepare) -> str:
        """The name of a database that `prepare(dsn)` has filled, once per server and `key`."""
        if key not in self._templates:
            name = f"template_{next(self._numbers)}"
            self._copy("template0", name)

            async def fill() -> None:
                await prepare(self.address(name))

            run_in_thread(fill())
            self._templates[key] = name
        return self._templates[key]

    @contextmanager
    def filled(self, key: str, prepare: Prepare) -> Iterator[str]:
        """The address of a database of one's own, filled by `prepare(dsn)`; dropped afterwards."""
        dsn = self.create(self.template(key, prepare))
        try:
            yield dsn
        finally:
            self.drop(dsn)

    def drop(self, dsn: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{urlsplit(dsn).path.lstrip("/")}" WITH (FORCE)')

    def address(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server_dsn)._replace(path=f"/{name}"))

    def _copy(self, template: str, name: str) -> None:
        # File by file: through the log, block by block, takes four times the work.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self.server_dsn)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        run_in_thread(execute())


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty folder that the embedded server may enter also when the tests run as root."""
    with database_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """The address of this test process's own server."""
    with database_folder() as folder, EmbeddedPostgres(folder, settings=FAST) as server:
        yield server.dsn


@pytest.fixture(scope="session")
def databases(postgres_dsn: str) -> Databases:
    """For fixtures that want a prepared database: `with databases.filled(key, prepare) as dsn`."""
    return Databases(postgres_dsn)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    dsn = databases.create()
    yield dsn
    databases.drop(dsn)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open Database on this test's own empty database."""
    async with Database(database_url, pool_size=4, application_name="tests") as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data (timetables, seat maps, …); WAYFARE_SHARED_DATA names another one."""
    named = os.environ.get("WAYFARE_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set WAYFARE_SHARED_DATA to the folder that has it")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The fault matrix, when it was run."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    noted = [report.user_properties for report in reports if getattr(report, "when", "") == "call"]
    rows = [row for properties in noted for name, row in properties if name == PROPERTY]
    if rows:
        terminalreporter.section("fault matrix")
        for line in lines_of(rows):
            terminalreporter.write_line(line)
