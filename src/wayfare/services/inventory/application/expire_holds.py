"""Expire holds: every second, and before anybody is told that nothing is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.ports import HoldStore

OVERLAP = timedelta(seconds=5)
"""A hold that another transaction has locked is passed over; by the next sweeps it is decided."""


class ExpireHolds:
    """Reads each hold about once: a sweep begins a little before the end of the last one."""

    def __init__(self, store: HoldStore, pictures: Pictures) -> None:
        self._store = store
        self._pictures = pictures
        self._until: datetime | None = None

    async def __call__(self) -> None:
        """Expire what has become due since the last time."""
        await self._sweep(self._until - OVERLAP if self._until else None)

    async def thoroughly(self) -> None:
        """Expire whatever is due, however long."""
        await self._sweep(None)

    async def _sweep(self, since: datetime | None) -> None:
        complete = False
        while not complete:
            swept = await self._store.sweep(since)
            self._pictures.drop(swept.departures)
            complete = swept.complete
        self._until = max(swept.until, self._until or swept.until)
