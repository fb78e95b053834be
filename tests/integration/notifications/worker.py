"""The notifications service as a process, to be killed: `worker.py DSN FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from integration.notifications.world import consumers
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.jobs import consumer_jobs
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.jobs import JobRunner
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import SystemClock
from wayfare.services.notifications import wiring


async def serve(dsn: str, folder: Path) -> None:
    async with Database(dsn, pool_size=8) as database:
        service = wiring.build(
            database=database,
            timetables=TimetableStore(folder),
            clock=SystemClock(),
            keys=KeyFile(folder / "data-keys.json"),
            http=True,
            private=True,
        )
        jobs = [*service.jobs, *consumer_jobs(consumers(service, database), 7)]
        await JobRunner(jobs, database).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
