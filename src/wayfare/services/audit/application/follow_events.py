"""Record what services tell of themselves: every event becomes a row, exactly once and in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from wayfare.services.audit.application.ports import EventSource, Followed, Log
from wayfare.services.audit.domain.from_events import draft_of

BATCH = 250
"""A round trip costs as much as many rows; chaining so many keeps requests of this process waiting for some 5 ms."""
REST = 9.0
"""After a full batch, so many times as long as it took: at a peak of sales the log lags rather than costs sales."""
LAG = timedelta(seconds=1)
"""Younger events wait: where their requests came from is noted up to a quarter of a second later."""
ROUNDS_MAX = 50


class FollowEvents:
    """Safe beside another process that does the same: whoever comes second writes nothing."""

    def __init__(self, log: Log, sources: Sequence[EventSource], lag: timedelta = LAG, rest: float = REST) -> None:
        self._log, self._sources, self._lag, self._rest = log, sources, lag, rest

    async def __call__(self) -> int:
        """One round over all services; how many events were recorded."""
        return sum([await self._follow(source) for source in self._sources])

    async def _follow(self, source: EventSource) -> int:
        count = 0
        for _ in range(ROUNDS_MAX):
            started = time.monotonic()
            position = await self._log.position(source.service)
            ripe_before = datetime.now(UTC) - self._lag
            events = await source.read(position, BATCH)
            ripe = 0
            while ripe < len(events) and datetime.fromisoformat(events[ripe].time) <= ripe_before:
                ripe += 1
            if ripe == 0:
                return count
            taken = events[:ripe]
            drafts = [draft_of(source.service, event.type, event.time, event.data) for event in taken]
            followed = Followed(source.service, position, taken[-1].position)
            if await self._log.append(drafts, followed) is None:
                return count
            count += ripe
            if ripe < BATCH:
                return count
            await asyncio.sleep(self._rest * (time.monotonic() - started))
        return count
