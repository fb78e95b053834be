"""What the planner derives once from a timetable snapshot, before any day is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wayfare.contracts.catalogue.timetable import ON_SALE, Ints, Timetable
from wayfare.kernel.time import DAY_S, service_day_start_s

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Network:
    """Per service and per call, in the timetable's order; footpaths also by where they lead.

    Memory: 13 bytes per service, 4 per call and 8 per footpath beside the snapshot itself.
    """

    timetable: Timetable
    usable: Flags  # (S) on sale, and has somewhere to go
    first_s: Ints  # (S) departure from the first call, as call_dep_s counts
    last_s: Ints  # (S) arrival at the last call
    mode: NDArray[np.uint8]  # (S)
    call_station: Ints  # (C)
    days_before: int  # how many days ahead of a date a departure still running on it may have started
    foot_into: NDArray[np.int64]  # (F) footpaths in order of foot_to

    @classmethod
    def of(cls, timetable: Timetable) -> Network:
        start = timetable.call_start.astype(np.int64)
        counts = np.diff(start)
        usable = (timetable.service_status == ON_SALE) & (counts >= 2)
        first_s = np.zeros(len(counts), np.int32)
        last_s = np.zeros(len(counts), np.int32)
        has_calls = counts > 0
        first_s[has_calls] = timetable.call_dep_s[start[:-1][has_calls]]
        last_s[has_calls] = timetable.call_arr_s[start[1:][has_calls] - 1]
        longest = int(last_s[usable].max()) if usable.any() else 0
        return cls(
            timetable=timetable,
            usable=usable,
            first_s=first_s,
            last_s=last_s,
            mode=timetable.line_mode[timetable.service_line].astype(np.uint8),
            call_station=timetable.place_station[timetable.call_place].astype(np.int32),
            days_before=longest // DAY_S + 1,
            foot_into=np.argsort(timetable.foot_to, kind="stable"),
        )

    def walks_from(self, station: int) -> list[tuple[int, int]]:
        """(station, seconds) reachable on foot from a station, itself first."""
        table = self.timetable
        low, high = np.searchsorted(table.foot_from, [station, station + 1])
        pairs = zip(table.foot_to[low:high].tolist(), table.foot_s[low:high].tolist(), strict=True)
        return [(station, 0), *((to, seconds) for to, seconds in pairs if to != station)]

    def walks_to(self, station: int) -> list[tuple[int, int]]:
        """(station, seconds) from which a station is reached on foot, itself first."""
        table = self.timetable
        low, high = np.searchsorted(table.foot_to[self.foot_into], [station, station + 1])
        found = self.foot_into[low:high]
        pairs = zip(table.foot_from[found].tolist(), table.foot_s[found].tolist(), strict=True)
        return [(station, 0), *((origin, seconds) for origin, seconds in pairs if origin != station)]

    def last_instants(self) -> tuple[int | None, int | None]:
        """When the last departure of the timetable leaves a call where one can ride on, and the last one arrives."""
        table = self.timetable
        start = table.calendar_start.astype(np.int64)
        runs = np.flatnonzero(table.calendar_runs)
        calendar = np.searchsorted(start, runs, side="right") - 1
        last_day = np.full(len(start) - 1, -1, np.int64)
        np.maximum.at(last_day, calendar, runs - start[calendar] + table.calendar_first_day[calendar])
        day = last_day[table.service_calendar]
        running = np.flatnonzero(self.usable & (day >= 0))
        if not len(running):
            return None, None
        leaves_s = table.call_dep_s[table.call_start[running + 1].astype(np.int64) - 2]
        return self._latest(running, day, leaves_s), self._latest(running, day, self.last_s[running])

    def _latest(self, services: NDArray[np.int64], day: NDArray[np.int64], after_s: Ints) -> int:
        table = self.timetable
        rough = day[services] * DAY_S + after_s
        # Time zones differ by 26 hours at most: no other service can be the last.
        close = np.flatnonzero(rough >= rough.max() - 2 * DAY_S)
        starts = {
            pair: service_day_start_s(pair[0], table.meta.time_zones[pair[1]])
            for pair in set(zip(day[services[close]].tolist(), table.service_tz[services[close]].tolist(), strict=True))
        }
        return max(
            starts[int(day[services[i]]), int(table.service_tz[services[i]])] + int(after_s[i]) for i in close.tolist()
        )

    def services_on(self, day: int) -> NDArray[np.int64]:
        """Indexes of the usable services with a departure on a service day."""
        table = self.timetable
        position = day - table.calendar_first_day.astype(np.int64)
        start = table.calendar_start
        inside = (position >= 0) & (position < np.diff(start))
        runs = np.zeros(len(inside), np.bool_)
        runs[inside] = table.calendar_runs[(start[:-1] + position)[inside]] != 0
        return np.flatnonzero(self.usable & runs[table.service_calendar])
