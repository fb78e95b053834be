"""A database that stands still, or is gone, is noticed within seconds; everybody is told; it comes back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import FAST
from wayfare.infrastructure import pulse
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Connection, Database
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.infrastructure.jobs import JobRunner, PeriodicJob
from wayfare.kernel.errors import Unavailable

NOTICED_S_MAX = pulse.EVERY_S + 2 * pulse.ANSWER_S + 2.0


@pytest.fixture
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(data_dir, settings=FAST) as server:
        yield server


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    async with Database(postgres.dsn, pool_size=2, application_name="tests") as opened:
        opened.watch()
        yield opened


@contextmanager
def frozen(postgres: EmbeddedPostgres) -> Iterator[None]:
    """Every process of the server stands still: connections stay open, nothing answers."""
    server = int((postgres.data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    stopped = [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]
    try:
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


async def until(true: Callable[[], bool], within_s: float) -> float:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < within_s
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def echo(connection: Connection, requests: Sequence[int], _again: bool) -> Sequence[int | Exception]:
    return [row[0] for row in await connection.fetch("SELECT unnest($1::int[])", list(requests))]


class TestHanging:
    async def test_whoever_waits_is_let_go_and_nobody_waits_after_that(
        self, postgres: EmbeddedPostgres, database: Database
    ) -> None:
        lane: Lane[int, int] = Lane("test", database, echo)
        await lane.start()
        assert await lane.call(1) == 1
        with frozen(postgres):
            waiting = [
                asyncio.create_task(lane.call(2)),
                asyncio.create_task(database.fetchval("SELECT 1")),
                asyncio.create_task(database.fetchval("SELECT 2")),
                asyncio.create_task(database.fetchval("SELECT 3")),
            ]
            begun = time.monotonic()
            for task in waiting:
                with pytest.raises(Unavailable):
                    await task
            assert time.monotonic() - begun < NOTICED_S_MAX
            assert not database.is_up
            begun = time.monotonic()
            for refused in (lane.call(3), database.fetchval("SELECT 1"), database.dedicated(), database.ping()):
                with pytest.raises(Unavailable):
                    await refused
            assert time.monotonic() - begun < 0.5
            await asyncio.sleep(3)
            assert not database.is_up
        await until(lambda: database.is_up, 10)
        assert await lane.call(4) == 4
        assert await asyncio.gather(*(database.fetchval("SELECT $1::int", n) for n in range(4))) == [0, 1, 2, 3]
        await lane.stop()


class TestGone:
    async def test_all_goes_on_without_anybody_starting_anything_anew(
        self, postgres: EmbeddedPostgres, database: Database
    ) -> None:
        lane: Lane[int, int] = Lane("test", database, echo)
        await lane.start()
        rounds: list[float] = []

        async def work() -> None:
            await database.fetchval("SELECT 1")
            rounds.append(time.monotonic())

        runner = JobRunner([PeriodicJob("work", 0.05, work), PeriodicJob("led", 0.05, work, exclusive=True)], database)
        await runner.start()
        await until(lambda: len(rounds) > 5, 10)
        await asyncio.to_thread(postgres.stop)
        await until(lambda: not database.is_up, 5)
        with pytest.raises(Unavailable) as told:
            await lane.call(1)
        assert "postgresql:" not in told.value.detail
        await asyncio.sleep(4)
        rounds.clear()
        await asyncio.to_thread(postgres.start)
        await until(lambda: database.is_up, 5)
        await until(lambda: len(rounds) > 5, 5)
        assert all(state.leading and state.failures == 0 for state in runner.states())
        assert await lane.call(2) == 2
        await runner.stop()
        await lane.stop()

    async def test_a_statement_that_loses_its_connection_is_told_by_name(self, database: Database) -> None:
        with pytest.raises(Unavailable):
            await database.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(Unavailable):
            async with database.transaction() as session:
                await session.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert await database.fetchval("SELECT 1") == 1


async def test_a_database_nobody_watches_is_taken_to_be_up(postgres: EmbeddedPostgres) -> None:
    async with Database(postgres.dsn, pool_size=1) as database:
        await asyncio.to_thread(postgres.stop)
        assert database.is_up
        with pytest.raises(Unavailable, match="cannot be reached"):
            await database.fetchval("SELECT 1")
