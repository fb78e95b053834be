"""The planner: trips between two stations on a date.

A trip sets out between 00:00 and 24:00 of the date by the clocks of the origin. The passenger may walk to a linked
station first, between departures and last; at most one footpath each time. Setting out and standing at the
destination are what counts: of all trips that set out on the date, those are found that no other one matches or
beats in leaving later, arriving earlier and changing less often (Pareto-optimal in departure, arrival, transfers).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np

from wayfare.contracts.catalogue.timetable import MODES, Timetable
from wayfare.kernel.time import day_of, zone
from wayfare.services.offers.adapters.planner.day import HORIZON_S, Day, build_day
from wayfare.services.offers.adapters.planner.network import Network
from wayfare.services.offers.adapters.planner.search import FAR, least_times, search
from wayfare.services.offers.domain.trips import Leg, Trip

MAX_TRANSFERS = 3
DAYS_BYTES_MAX = 64 * 2**20
_NEEDS_MAX = 1024
_ALL_MODES = (1 << len(MODES)) - 1


def mode_mask(modes: Collection[str] | None) -> int:
    """The modes a trip may use as bits; None is all of them. Raises ValueError for an unknown one."""
    return _ALL_MODES if modes is None else sum(1 << MODES.index(mode) for mode in set(modes))


def midnight_s(day: int, tz: str) -> int:
    """The instant a date (day number) begins by the clocks of a time zone."""
    return int(datetime.combine(day_of(day), datetime.min.time(), zone(tz)).timestamp())


class Planner:
    """Plans on one timetable snapshot. Days are built when first asked for and the last used ones kept."""

    def __init__(self, timetable: Timetable, days_bytes_max: int = DAYS_BYTES_MAX) -> None:
        self.timetable = timetable
        self.network = Network.of(timetable)
        self._days: OrderedDict[int, Day] = OrderedDict()
        self._days_bytes_max = days_bytes_max
        self._lock = threading.Lock()
        self._building = threading.Lock()

    def find_day(self, day: int) -> Day | None:
        """The arrays of a date when they are at hand."""
        with self._lock:
            built = self._days.get(day)
            if built is not None:
                self._days.move_to_end(day)
            return built

    def get_day(self, day: int) -> Day:
        """The arrays of a date, built when they are not at hand: milliseconds, so keep it off the event loop."""
        with self._building:
            built = self.find_day(day)
            if built is None:
                built = build_day(self.network, day)
                with self._lock:
                    self._days[day] = built
                    self._drop_oldest()
            return built

    def plan(
        self,
        origin: int,
        destination: int,
        day: int,
        *,
        max_transfers: int = MAX_TRANSFERS,
        earliest_s: int | None = None,
        arrive_by_s: int | None = None,
        modes: Collection[str] | None = None,
    ) -> list[Trip]:
        """Trips between two stations (indexes of places) that set out on a date, in order of leaving.

        Of two trips that leave together the one with fewer transfers, hence the later arrival, comes first.
        """
        if origin == destination:
            raise ValueError("a trip needs two places")
        built = self.find_day(day) or self.get_day(day)
        low_s, high_s = self._window_s(origin, day)
        if earliest_s is not None:
            low_s = max(low_s, earliest_s)
        latest_s = high_s + HORIZON_S if arrive_by_s is None else arrive_by_s
        rows = self.find_rows(
            built, origin, destination, (low_s, high_s, latest_s), max_transfers + 1, mode_mask(modes)
        )
        return self._trips(built, rows)

    def warm(self) -> None:
        """Plan something, so that the search is compiled before the first passenger asks."""
        if len(self.timetable.call_start) > 1 and self.timetable.call_start[1] > 1:
            first, last = self.network.call_station[[0, int(self.timetable.call_start[1]) - 1]].tolist()
            calendar = int(self.timetable.service_calendar[0])
            if first != last:
                self.plan(first, last, int(self.timetable.calendar_first_day[calendar]))

    def find_rows(
        self, day: Day, origin: int, destination: int, window_s: tuple[int, int, int], levels: int, modes: int
    ) -> Any:
        """The rows of `search` for instants (earliest to leave, too late to leave, latest to arrive)."""
        access = [(day.position(at), takes) for at, takes in self.network.walks_from(origin)]
        access = [pair for pair in access if pair[0] >= 0]
        egress, least = self._towards(day, destination)
        low, high, latest = (min(max(at - day.base_s, -1), int(FAR) - 1) for at in window_s)
        return search(day.arrays, access, egress, least, (low, high, latest), levels, modes)

    def _towards(self, day: Day, destination: int) -> tuple[Any, Any]:
        known = day.needs.get(destination)
        if known is None:
            egress = np.full(len(day.stations), FAR, np.int32)
            for at, takes in self.network.walks_to(destination):
                if (v := day.position(at)) >= 0:
                    egress[v] = min(int(egress[v]), takes)
            known = egress, least_times(day.arrays, egress, MAX_TRANSFERS + 1)
            if len(day.needs) >= _NEEDS_MAX:
                day.needs.clear()
            day.needs[destination] = known
        return known

    def _window_s(self, origin: int, day: int) -> tuple[int, int]:
        tz = self.timetable.meta.time_zones[int(self.timetable.place_tz[origin])]
        return midnight_s(day, tz), midnight_s(day + 1, tz)

    def _trips(self, day: Day, rows: Any) -> list[Trip]:
        arrays, base_s = day.arrays, day.base_s
        trips = []
        for leave, arrive, count, *calls in rows[::-1].tolist():
            legs = []
            for position in range(count):
                board, alight = calls[2 * position], calls[2 * position + 1]
                t = arrays.departure[board]
                first = int(arrays.first[t])
                legs.append(
                    Leg(
                        service=int(day.service[t]),
                        service_day=int(day.service_day[t]),
                        from_call=board - first,
                        to_call=alight - first,
                        departs_s=base_s + int(arrays.dep[board]),
                        arrives_s=base_s + int(arrays.arr[alight]),
                    )
                )
            trips.append(Trip(base_s + leave, base_s + arrive, tuple(legs)))
        trips.sort(key=lambda trip: (trip.departs_s, len(trip.legs)))
        return trips

    def _drop_oldest(self) -> None:
        while len(self._days) > 1 and sum(day.nbytes for day in self._days.values()) > self._days_bytes_max:
            self._days.popitem(last=False)
