"""Import a file of tariffs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from wayfare.kernel.time import Clock
from wayfare.services.catalogue.application.import_layouts import read_text
from wayfare.services.catalogue.application.ports import CatalogueStore
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable
from wayfare.services.catalogue.domain.tariff_files import read_tariffs

log = structlog.get_logger()


class TariffsReport(msgspec.Struct, frozen=True):
    source: str
    tariffs: int
    changed: bool
    generation: int


class ImportTariffs:
    """Puts a file's tariffs in force in place of those an earlier version of the file had.

    Raises `ImportRefused` (file, key and reason of all that is wrong).
    """

    def __init__(self, store: CatalogueStore, publish: PublishTimetable, clock: Clock) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock

    async def __call__(self, path: Path, source: str | None = None) -> TariffsReport:
        tariffs = await asyncio.to_thread(lambda: read_tariffs(path.name, read_text(path)))
        source = source or path.stem
        async with self._store.exclusive() as session:
            before = await session.generation()
            written = await session.write_tariffs(source, tariffs, self._clock.now_s())
            changed = written.generation != before
            await self._publish.bring_up(session)
        log.info("tariffs.imported", source=source, tariffs=len(tariffs), generation=written.generation)
        return TariffsReport(source, len(tariffs), changed, written.generation)
