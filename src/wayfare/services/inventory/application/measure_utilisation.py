"""How full the departures of the coming days are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wayfare.contracts.catalogue.timetable import ON_SALE, Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import Clock
from wayfare.services.inventory.application.departures import business_day
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.domain.layout_index import LayoutIndex

HORIZONS: Mapping[str, int] = {"today": 1, "7_days": 7, "30_days": 30}
"""Days from today on, today included; days are business days in UTC."""


class MeasureUtilisation:
    """What is offered is counted once for each timetable and day: it is the same until either changes."""

    def __init__(self, store: HoldStore, timetables: TimetableStore, clock: Clock) -> None:
        self._store, self._timetables, self._clock = store, timetables, clock
        self._counted: tuple[int, int] | None = None
        self._offered: dict[str, int] = {}

    async def __call__(self) -> dict[str, float]:
        """The share of seat sections held or sold by horizon, over all on sale; 0.0 where nothing is.

        A seat section is one unit on one section.
        """
        timetable = self._timetables.find_current()
        if timetable is None:
            return dict.fromkeys(HORIZONS, 0.0)
        today = business_day(self._clock.now_s())
        if self._counted != (timetable.meta.generation, today):
            self._offered = {name: count_offered(timetable, today, days) for name, days in HORIZONS.items()}
            self._counted = timetable.meta.generation, today
        taken = await self._store.count_taken(today, max(HORIZONS.values()))
        return {
            name: sum(count for day, count in taken.items() if day < today + days) / self._offered[name]
            if self._offered[name]
            else 0.0
            for name, days in HORIZONS.items()
        }


def count_offered(timetable: Timetable, first_day: int, days: int) -> int:
    """The seat sections on sale on `days` day numbers from `first_day` on."""
    units = np.array([LayoutIndex(layout).on_sale.bit_count() for layout in timetable.meta.layouts], dtype=np.int64)
    sold = (timetable.service_status == ON_SALE) & (timetable.service_layout >= 0)
    sections = np.diff(timetable.call_start).astype(np.int64) - 1
    runs = _days_running(timetable, first_day, days)[timetable.service_calendar]
    return int((sections * runs * units[timetable.service_layout])[sold].sum()) if len(units) else 0


def _days_running(timetable: Timetable, first_day: int, days: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each calendar on how many of these days it runs."""
    before = np.concatenate([[0], np.cumsum(timetable.calendar_runs, dtype=np.int64)])
    starts, ends = timetable.calendar_start[:-1], timetable.calendar_start[1:]
    first = starts + first_day - timetable.calendar_first_day
    running: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        before[np.clip(first + days, starts, ends)] - before[np.clip(first, starts, ends)]
    )
    return running
