"""Import a file of walks between stations of different feeds."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path

import structlog

from wayfare.kernel.time import Clock
from wayfare.services.catalogue.application.import_layouts import read_text
from wayfare.services.catalogue.application.ports import CatalogueStore, Link
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable
from wayfare.services.catalogue.domain.layout_files import FileErrors

log = structlog.get_logger()

COLUMNS = ("from_feed", "from_stop", "to_feed", "to_stop", "walk_s")


def read_links(file: str, text: str) -> list[Link]:
    """The rows of a CSV file with `COLUMNS`; each walk is valid in both directions. Raises `ImportRefused`."""
    errors = FileErrors(file)
    reader = csv.DictReader(io.StringIO(text), strict=True)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    for column in missing:
        errors.add(column, "the column is missing", 1)
    errors.raise_if_any()
    found: dict[tuple[str, str, str, str], Link] = {}
    try:
        for row in reader:
            from_feed, from_stop, to_feed, to_stop, seconds = ((row[column] or "").strip() for column in COLUMNS)
            if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 6:
                errors.add("walk_s", f"{seconds!r} is not a number of seconds", reader.line_num)
                continue
            found[from_feed, from_stop, to_feed, to_stop] = Link(from_feed, from_stop, to_feed, to_stop, int(seconds))
    except csv.Error as error:
        errors.add("file", f"not valid CSV: {error}", reader.line_num)
    errors.raise_if_any()
    return list(found.values())


class ImportLinks:
    """Puts a file's walks in force in place of those an earlier version of it had. Raises `ImportRefused`."""

    def __init__(self, store: CatalogueStore, publish: PublishTimetable, clock: Clock) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock

    async def __call__(self, path: Path, source: str | None = None) -> int:
        """The generation in force afterwards."""
        links = await asyncio.to_thread(lambda: read_links(path.name, read_text(path)))
        async with self._store.exclusive() as session:
            written = await session.write_links(source or path.stem, links, self._clock.now_s())
            await self._publish.bring_up(session)
        log.info("links.imported", links=len(links), generation=written.generation)
        return written.generation
