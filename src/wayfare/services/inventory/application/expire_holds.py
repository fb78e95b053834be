"""Expire holds: every second, and before anybody is told that nothing is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.ports import HoldStore

OVERLAP = timedelta(seconds=5)
"""A hold that another transaction has locked is passed over; by the next sweeps it is decided."""
AT_FIRST = timedelta(hours=1)


class ExpireHolds:
    """Reads each hold about once: a sweep begins a little before the end of the last one."""

    def __init__(self, store: HoldStore, pictures: Pictures) -> None:
        self._store = store
        self._pictures = pictures
        self._until = datetime.now(UTC) - AT_FIRST

    async def __call__(self) -> None:
        """Expire what has become due since the last time."""
        self._until = max(self._until, await self._sweep(self._until - OVERLAP))

    async def overlooked(self) -> None:
        """Expire what is long due: it was passed over, or no process ran when its time ended."""
        since = await self._store.find_overlooked()
        if since is not None:
            await self._sweep(since)

    async def _sweep(self, since: datetime) -> datetime:
        complete = False
        while not complete:
            departures, since, complete = await self._store.sweep(since)
            self._pictures.drop(departures)
        return since
