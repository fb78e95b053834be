"""Gauges of this process that nobody counts as they happen: the database pool, jobs, the timetable."""

from __future__ import annotations

import asyncio
import time

from wayfare.bootstrap.system import System
from wayfare.infrastructure.metrics import Gauge, write_out

_EVERY_S = 1.0
POOL = Gauge(
    "wayfare_database_pool_connections",
    "Pooled database connections of all processes by what they do.",
    ["state"],
    multiprocess_mode="livesum",
)
TIMETABLE = Gauge("wayfare_timetable_generation", "Generation of the timetable in use.", multiprocess_mode="livemin")
JOB_AGE = Gauge(
    "wayfare_job_last_success_age_seconds",
    "Time since a periodic job last succeeded in a process that leads it.",
    ["job"],
    multiprocess_mode="livemax",
)


async def keep_gauges(system: System) -> None:
    """Set the gauges and write out what was counted, for ever; run as a task."""
    try:
        while True:
            _set(system)
            write_out()
            await asyncio.sleep(_EVERY_S)
    finally:
        write_out()


def _set(system: System) -> None:
    statistics = [database.statistics() for database in system.databases.values()]
    for state in ("size", "idle", "waiting", "dedicated"):
        POOL.labels(state).set(sum(getattr(item, state) for item in statistics))
    POOL.labels("max").set(sum(item.limit for item in statistics))
    TIMETABLE.set(system.timetables.generation)
    now = time.time()
    for state_of_job in system.job_states():
        if state_of_job.leading and state_of_job.last_succeeded_at:
            JOB_AGE.labels(state_of_job.name).set(now - state_of_job.last_succeeded_at)
