from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from wayfare.infrastructure import jobs
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.jobs import JobRunner, PeriodicJob


async def until(true: Callable[[], bool], *, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


async def test_a_job_comes_round_until_it_is_stopped(database: Database) -> None:
    runs: list[float] = []

    async def run() -> None:
        runs.append(time.monotonic())

    runner = JobRunner([PeriodicJob("sweep", 0.02, run)], database)
    await runner.start()
    await until(lambda: len(runs) >= 4)
    await runner.stop()
    count = len(runs)
    await asyncio.sleep(0.06)
    assert len(runs) == count
    [state] = runner.states()
    assert (state.name, state.runs, state.errors, state.running, state.leading) == ("sweep", count, 0, False, True)
    assert state.last_succeeded_at == pytest.approx(time.time(), abs=5)
    assert all(later - earlier >= 0.017 for earlier, later in pairwise(runs))


async def test_failures_are_told_and_tried_again_ever_later(database: Database) -> None:
    mended = asyncio.Event()
    attempts = 0

    async def run() -> None:
        nonlocal attempts
        attempts += 1
        if not mended.is_set():
            raise RuntimeError(f"attempt {attempts}")

    runner = JobRunner([PeriodicJob("shaky", 0.02, run)], database)
    await runner.start()
    await until(lambda: runner.states()[0].failures >= 4 and runner.states()[0].next_at > time.time())
    [state] = runner.states()
    assert (state.errors, state.last_error) == (state.failures, f"RuntimeError: attempt {state.failures}")
    assert [late.name for late in runner.overdue()] == ["shaky"]
    assert state.next_at - state.last_finished_at > 0.02 * 2 ** (state.failures - 1) * 0.79
    mended.set()
    await until(lambda: runner.states()[0].failures == 0)
    assert runner.states()[0].last_error == ""
    assert runner.overdue() == []
    await runner.stop()


async def test_of_many_processes_one_runs_an_exclusive_job(database: Database) -> None:
    ran: list[int] = []

    def runner_of(number: int) -> JobRunner:
        async def run() -> None:
            ran.append(number)

        return JobRunner([PeriodicJob("once", 0.01, run, exclusive=True)], database)

    runners = [runner_of(number) for number in range(3)]
    for runner in runners:
        await runner.start()
    await until(lambda: len(ran) >= 10)
    assert len(set(ran)) == 1
    [leader] = set(ran)
    assert [runner.states()[0].leading for runner in runners] == [number == leader for number in range(3)]

    await runners[leader].stop()
    ran.clear()
    await until(lambda: len(ran) >= 5)
    assert len(set(ran)) == 1
    assert leader not in ran
    for runner in runners:
        await runner.stop()


async def test_the_work_goes_on_after_the_lock_is_lost(database: Database) -> None:
    ran = 0

    async def run() -> None:
        nonlocal ran
        ran += 1

    runner = JobRunner([PeriodicJob("once", 0.01, run, exclusive=True)], database)
    await runner.start()
    await until(lambda: ran >= 2)
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tests/leader'"
    )
    before = ran
    await until(lambda: ran >= before + 3)
    await runner.stop()


async def test_stopping_waits_and_then_cancels(database: Database) -> None:
    finished: list[str] = []
    began = 0

    async def short() -> None:
        nonlocal began
        began += 1
        await asyncio.sleep(0.1)
        finished.append("short")

    async def endless() -> None:
        nonlocal began
        began += 1
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            finished.append("cancelled")
            raise

    runner = JobRunner([PeriodicJob("short", 0.01, short), PeriodicJob("endless", 0.01, endless)], database)
    await runner.start()
    await until(lambda: began >= 2)
    await runner.stop(timeout_s=0.3)
    assert finished[-1] == "cancelled"
    assert "short" in finished


def test_a_hanging_job_is_overdue() -> None:
    state = jobs.JobState("x", 10.0, leading=True, running=True, last_started_at=1000.0)
    assert not jobs._is_overdue(state, 1059.0)
    assert jobs._is_overdue(state, 1061.0)


def test_names_are_unique(database_url: str) -> None:
    async def nothing() -> None:
        return None

    with pytest.raises(ValueError, match="same name"):
        JobRunner([PeriodicJob("a", 1, nothing), PeriodicJob("a", 2, nothing)], Database(database_url))
