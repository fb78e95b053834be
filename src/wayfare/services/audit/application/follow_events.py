"""Record what services tell of themselves: every event becomes a row, exactly once and in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from wayfare.services.audit.application.ports import EventSource, Followed, Log
from wayfare.services.audit.domain.from_events import draft_of

BATCH = 500
LAG = timedelta(seconds=1)
"""Younger events wait: where their requests came from is noted up to a quarter of a second later."""
ROUNDS_MAX = 200


class FollowEvents:
    """Safe beside another process that does the same: whoever comes second writes nothing."""

    def __init__(self, log: Log, sources: Sequence[EventSource], lag: timedelta = LAG) -> None:
        self._log, self._sources, self._lag = log, sources, lag

    async def __call__(self) -> int:
        """One round over all services; how many events were recorded."""
        return sum([await self._follow(source) for source in self._sources])

    async def _follow(self, source: EventSource) -> int:
        count = 0
        for _ in range(ROUNDS_MAX):
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
        return count
