"""A running server with the demo network, one per pytest process, for the tests of this folder."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx2
import pytest

from folders import database_folder
from system.harness import DemoCopies, Server, run_wayfare
from system.world import Passenger


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file share servers: they stay on one xdist worker, unless they name their own group."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"system {item.path.stem}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed is told with the end of the log of every server that ran."""
    report = yield
    if report.failed and Path(__file__).parent in item.path.parents:
        report.sections += [(f"log of {server.url}", server.tail()) for server in Server.started]
    return report


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemoCopies:
    """Data folders with the demo network, which is imported once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    template = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            with database_folder() as folder:
                result = run_wayfare("demo", data_dir=folder / "data")
                assert result.returncode == 0, result.stderr
                shutil.move(folder / "data", template)
    return DemoCopies(template)


@pytest.fixture(scope="session")
def server(demo: DemoCopies) -> Iterator[Server]:
    """Two worker processes, holds of half a minute, webhooks to this machine."""
    local = {"webhooks_http": "true", "webhooks_private": "true"}
    local["pool_size"] = (
        "16"  # its PostgreSQL allows for that many: room for the servers that some tests start beside it
    )
    with demo.copy() as data_dir, Server(data_dir, workers=2, hold_ttl_s="30", **local) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    limits = httpx2.Limits(max_connections=200)
    async with httpx2.AsyncClient(base_url=server.url, timeout=60, limits=limits) as opened:
        yield opened


@pytest.fixture
def passenger(client: httpx2.AsyncClient) -> Passenger:
    return Passenger(client)


@pytest.fixture(scope="module")
def doctor(server: Server) -> Iterator[None]:
    """After the tests of a module everything must agree."""
    yield
    result = run_wayfare("doctor", data_dir=server.data_dir)
    assert result.returncode == 0, result.stdout + result.stderr
