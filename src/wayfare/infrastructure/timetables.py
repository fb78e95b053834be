"""The timetable as this process sees it: the published snapshot, reloaded when a newer one appears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.infrastructure.snapshot import SnapshotFolder
from wayfare.kernel.errors import Unavailable

log = structlog.get_logger()


class TimetableStore:
    """Gives the current timetable and tells who wants to know when it changes."""

    def __init__(self, folder: Path) -> None:
        self.snapshots = SnapshotFolder(folder, Timetable)
        self._current: Timetable | None = None
        self._watchers: list[Callable[[Timetable], None]] = []

    @property
    def generation(self) -> int:
        """The generation in use here; 0 when nothing is loaded."""
        return self._current.meta.generation if self._current else 0

    def find_current(self) -> Timetable | None:
        return self._current

    def get_current(self) -> Timetable:
        """Raises `Unavailable` when no timetable has been imported yet."""
        if self._current is None:
            raise Unavailable("no timetable has been imported yet")
        return self._current

    def on_change(self, tell: Callable[[Timetable], None]) -> None:
        """Call `tell` with every new timetable, and at once when there is one."""
        self._watchers.append(tell)
        if self._current is not None:
            tell(self._current)

    def refresh(self) -> bool:
        """Load the published snapshot if it is not the one in use. Says whether it changed."""
        published = self.snapshots.current_generation()
        if published == self.generation:
            return False
        self._current = self.snapshots.load(published)
        log.info("timetable.loaded", generation=published, services=len(self._current.service_no))
        for tell in self._watchers:
            tell(self._current)
        return True

    async def watch(self, every_s: float = 1.0) -> None:
        """Refresh for ever; run as a task."""
        while True:
            await asyncio.sleep(every_s)
            try:
                self.refresh()
            except OSError as error:
                # The generation was replaced between reading CURRENT and mapping it: the next look finds the new one.
                log.warning("timetable.reload_failed", error=str(error))
