"""Publish what the database holds as a timetable snapshot."""

from __future__ import annotations

import asyncio

import structlog

from wayfare.infrastructure.timetables import TimetableStore
from wayfare.services.catalogue.application.ports import CatalogueSession, CatalogueStore
from wayfare.services.catalogue.domain.default_tariffs import TariffTemplates, add_default_tariffs
from wayfare.services.catalogue.domain.snapshot import SnapshotRows, TimetableBuilder

log = structlog.get_logger()


class PublishTimetable:
    """Builds the timetable from the tables alone and makes it the current one."""

    def __init__(self, store: CatalogueStore, timetables: TimetableStore, templates: TariffTemplates) -> None:
        """`templates`: tariffs for feeds that have none."""
        self._store = store
        self._timetables = timetables
        self._templates = templates

    async def __call__(self) -> int:
        """Publish the database's generation unless it is published already; which that is (0: none).

        Covers an import that was committed by a process that died before it could publish, and one that another
        machine made.
        """
        generation = await self._store.generation()
        if generation in (0, self._timetables.snapshots.current_generation()):
            return generation
        async with self._store.exclusive() as session:
            return await self.bring_up(session)

    async def bring_up(self, session: CatalogueSession) -> int:
        """Publish what the database holds, if it is not published, and load it in this process; its generation."""
        generation = await session.generation()
        if generation in (0, self._timetables.snapshots.current_generation()):
            return generation
        rows = await session.snapshot_rows()
        await asyncio.to_thread(self._write, rows, generation)
        self._timetables.refresh()
        log.info("timetable.published", generation=generation, services=len(rows.services.service_no))
        return generation

    def _write(self, rows: SnapshotRows, generation: int) -> None:
        add_default_tariffs(rows, self._templates)
        self._timetables.snapshots.publish(TimetableBuilder(rows).build(generation), generation)
