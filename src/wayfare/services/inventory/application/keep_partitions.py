"""Keep the months ahead ready for departures and holds."""

from __future__ import annotations

from wayfare.kernel.time import Clock
from wayfare.services.inventory.application.departures import SALES_HORIZON_DAYS, business_day
from wayfare.services.inventory.application.ports import HoldStore

PAST_DAYS = 31


class KeepPartitions:
    def __init__(self, store: HoldStore, clock: Clock, sales_horizon_days: int = SALES_HORIZON_DAYS) -> None:
        self._store = store
        self._clock = clock
        self._horizon_days = sales_horizon_days
        self._ready: set[int] = set()

    async def __call__(self) -> None:
        """From last month to the end of the sales horizon."""
        today = business_day(self._clock.now_s())
        first, last = today - PAST_DAYS, today + self._horizon_days
        await self._store.ensure_partitions(first, last)
        self._ready = set(range(first, last + 1))

    async def ensure(self, day: int) -> None:
        """Make the month of a day number ready if nobody has yet."""
        if day not in self._ready:
            await self._store.ensure_partitions(day, day)
            self._ready.add(day)
