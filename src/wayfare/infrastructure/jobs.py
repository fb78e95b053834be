"""Work that comes round again: sweepers, partition keeping, clean-up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.locks import LeaderLocks
from wayfare.infrastructure.retention import RECORD_RUN

log = structlog.get_logger("wayfare.jobs")

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 300.0
OVERDUE_ROUNDS = 3
AWAY_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """`run` every `every_s` seconds, counted from the end of the run before.

    `jitter`: share of `every_s` by which rounds vary at random, so that processes do not march in step.
    `exclusive`: only one process of all that share the database runs it. It moves to another one when that
    process or its connection dies; for a moment two may run it, so `run` has to be safe then.
    `recorded`: the database keeps when it last succeeded, for reports.
    """

    name: str
    every_s: float
    run: Callable[[], Awaitable[object]]
    jitter: float = 0.1
    exclusive: bool = False
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job fares in this process. Times are Unix seconds, 0 when it has not happened.

    `leading`: whether this process runs it (always so for jobs that are not exclusive). `failures`: in a row.
    """

    name: str
    every_s: float
    leading: bool
    running: bool = False
    runs: int = 0
    errors: int = 0
    failures: int = 0
    last_started_at: float = 0.0
    last_finished_at: float = 0.0
    last_succeeded_at: float = 0.0
    last_duration_s: float = 0.0
    last_error: str = ""
    next_at: float = 0.0


class JobRunner:
    """Runs jobs side by side in this event loop, each one never beside itself."""

    def __init__(self, jobs: Sequence[PeriodicJob], database: Database) -> None:
        self._jobs = tuple(jobs)
        self._database, self._locks = database, LeaderLocks(database)
        self._states = {job.name: JobState(job.name, job.every_s, not job.exclusive) for job in jobs}
        if len(self._states) != len(self._jobs):
            raise ValueError("two jobs have the same name")
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Begins; the first rounds come within a second, spread out."""
        self._stopping.clear()
        self._tasks = [asyncio.create_task(self._repeat(job), name=f"job {job.name}") for job in self._jobs]

    async def stop(self, *, timeout_s: float = 10.0) -> None:
        """Starts no more rounds, waits for those under way and cancels them after `timeout_s`."""
        self._stopping.set()
        tasks, self._tasks = self._tasks, []
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._locks.stop()

    def states(self) -> list[JobState]:
        """One for each job, in the order they were given."""
        return [self._states[job.name] for job in self._jobs]

    def overdue(self) -> list[JobState]:
        """Jobs of this process that failed three times in a row, or hang for three rounds (and a minute)."""
        now = time.time()
        return [state for state in self.states() if state.leading and _is_overdue(state, now)]

    async def _repeat(self, job: PeriodicJob) -> None:
        await self._pause(job, random.uniform(0.0, min(1.0, job.every_s)))
        while not self._stopping.is_set():
            if not self._database.is_up:  # no failure of the job: it goes on as soon as there is an answer
                await self._pause(job, AWAY_PAUSE_S)
                continue
            try:
                await self._round(job)
            except Exception as error:  # noqa: BLE001 - whatever it is, the job is tried again
                failures = self._failed(job, error)
                await self._pause(job, _retry_pause(job.every_s, failures))
            else:
                await self._pause(job, job.every_s * random.uniform(1 - job.jitter, 1 + job.jitter))

    def _failed(self, job: PeriodicJob, error: Exception) -> int:
        state = self._states[job.name]
        failures = state.failures + 1
        said = f"{type(error).__name__}: {error}"
        self._note(job, failures=failures, errors=state.errors + 1, last_error=said)
        log.error("job_failed", job=job.name, failures=failures, exc_info=error)
        return failures

    async def _round(self, job: PeriodicJob) -> None:
        if job.exclusive:
            leading = await self._lead(job)
            if leading != self._states[job.name].leading:
                log.info("job_leader_changed", job=job.name, leading=leading)
            self._note(job, leading=leading)
            if not leading:
                self._note(job, failures=0)
                return
        self._note(job, running=True, last_started_at=time.time(), runs=self._states[job.name].runs + 1)
        started = time.monotonic()
        try:
            await job.run()
            if job.recorded:
                await self._database.execute(RECORD_RUN, job.name)
            self._note(job, failures=0, last_succeeded_at=time.time(), last_error="")
        finally:
            seconds = time.monotonic() - started
            self._note(job, running=False, last_finished_at=time.time(), last_duration_s=seconds)

    async def _lead(self, job: PeriodicJob) -> bool:
        try:
            return await self._locks.hold(f"job:{job.name}")
        except BaseException:
            self._note(job, leading=False)
            raise

    async def _pause(self, job: PeriodicJob, seconds: float) -> None:
        self._note(job, next_at=time.time() + seconds)
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _note(self, job: PeriodicJob, **changes: float | bool | str) -> None:
        self._states[job.name] = replace(self._states[job.name], **changes)  # type: ignore[arg-type]


def _retry_pause(every_s: float, failures: int) -> float:
    """Seconds: twice as long after each failure, from the job's pace but a second at most to five minutes."""
    first = min(every_s, FIRST_RETRY_S)
    return min(first * 2.0 ** min(failures - 1, 20), LONGEST_RETRY_S) * random.uniform(0.8, 1.2)


def _is_overdue(state: JobState, now: float) -> bool:
    hangs = state.running and now - state.last_started_at > max(OVERDUE_ROUNDS * state.every_s, 60.0)
    return hangs or state.failures >= OVERDUE_ROUNDS
