"""The services of one process and what they stand on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from wayfare.bootstrap.events import Events
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.audit.api import AuditApi
from wayfare.contracts.customers.api import CustomersApi
from wayfare.contracts.waiting.api import WaitingApi
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.jobs import JobRunner, JobState
from wayfare.infrastructure.replica import Replica
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.infrastructure.turns import Traffic
from wayfare.infrastructure.waiting_door import WaitingDoor
from wayfare.kernel.time import Clock


@dataclass
class System:
    """Made by `compose`. `start` before use, `stop` after."""

    settings: Settings
    clock: Clock
    timetables: TimetableStore
    services: dict[str, Service]
    databases: dict[str, Database]
    clients: list[Any]
    events: Events
    audit: AuditApi | None  # None: none is within reach of this process
    customers: CustomersApi | None  # likewise
    traffic: Traffic
    door: WaitingDoor
    waiting: WaitingApi | None
    replica: Replica | None  # None: nothing here reads from one
    run_jobs: bool = True
    _jobs: list[JobRunner] = field(default_factory=list)
    _watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        for database in self.databases.values():
            await database.start()
            database.watch()
        if self.replica is not None:
            await self.replica.start()
        self.timetables.refresh()
        for service in self.services.values():
            await service.start()
        await self.door.start()
        self._watch = asyncio.create_task(self.timetables.watch(), name="timetable-watch")
        if self.run_jobs:
            await self._start_jobs()

    async def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        for runner in self._jobs:
            await runner.stop()
        await self.events.aclose()
        await self.door.stop()
        for service in reversed(self.services.values()):
            await service.stop()
        for client in self.clients:
            await client.aclose()
        if self.replica is not None:
            await self.replica.stop()
        for database in self.databases.values():
            await database.stop()

    def job_states(self) -> list[JobState]:
        """How the periodic jobs of this process fare."""
        return [state for runner in self._jobs for state in runner.states()]

    async def _start_jobs(self) -> None:
        for service in self.services.values():
            jobs = [*service.jobs, *self.events.jobs_of(service)]
            if jobs:
                # A service without tables of its own has no job that needs a lock.
                url = self.settings.database_url_of(service.name)
                runner = JobRunner(jobs, self.databases[url])
                self._jobs.append(runner)
                await runner.start()
