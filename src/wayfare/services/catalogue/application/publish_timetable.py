"""Publish what the database holds as a timetable snapshot."""

from __future__ import annotations

import asyncio

import structlog

from wayfare.infrastructure.timetables import TimetableStore
from wayfare.services.catalogue.application.ports import CatalogueSession, CatalogueStore
from wayfare.services.catalogue.domain.snapshot import SnapshotRows, TimetableBuilder

log = structlog.get_logger()


class PublishTimetable:
    """Builds the timetable from the tables alone and makes it the current one."""

    def __init__(self, store: CatalogueStore, timetables: TimetableStore) -> None:
        self._store = store
        self._timetables = timetables

    async def __call__(self) -> int:
        """Publish the database's generation unless it is published already; which that is (0: none).

        Covers an import that was committed by a process that died before it could publish.
        """
        async with self._store.exclusive() as session:
            generation = await session.generation()
            if generation != self._timetables.snapshots.current_generation():
                await self.publish(session, generation)
        return generation

    async def publish(self, session: CatalogueSession, generation: int) -> None:
        """Write the snapshot of a generation and load it in this process."""
        rows = await session.snapshot_rows()
        await asyncio.to_thread(self._write, rows, generation)
        self._timetables.refresh()
        log.info("timetable.published", generation=generation, services=len(rows.services.service_no))

    def _write(self, rows: SnapshotRows, generation: int) -> None:
        self._timetables.snapshots.publish(TimetableBuilder(rows).build(generation), generation)
