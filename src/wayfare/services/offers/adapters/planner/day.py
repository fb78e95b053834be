"""The departures around one date as flat arrays: what the search runs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from wayfare.contracts.catalogue.timetable import CAN_BOARD, Bytes, Ints, Longs, Timetable
from wayfare.kernel.time import DAY_S, service_day_start_s
from wayfare.services.offers.adapters.planner.network import Network

HORIZON_S = 5 * DAY_S
"""A trip that sets out on a date has arrived this long after the date began, or is not found."""


class Arrays(NamedTuple):
    """T departures, N calls, E boarding events, V stations where anything calls, W ways to change.

    Times are seconds after the day's `base_s` in int32, so that a day of a national network stays in the
    processor's cache.
    """

    first: Ints  # (T + 1) the calls of departure t are first[t] : first[t + 1]
    mode: Bytes  # (T)
    distinct: Ints  # the first departure of each service: all others run like it
    departure: Ints  # (N) the departure a call belongs to
    at: Ints  # (N) station
    arr: Ints  # (N)
    dep: Ints  # (N)
    flags: Bytes  # (N)
    event_start: Ints  # (V + 1) boarding events of station v, in order of time
    event_dep: Ints  # (E)
    event_call: Ints  # (E)
    way_start: Ints  # (V + 1) ways to change at station v: first in the station itself, then on foot
    way_to: Ints  # (W)
    way_s: Ints  # (W) minimum time from arrival to departure


@dataclass(frozen=True, eq=False)
class Day:
    """Everything that may be ridden by somebody who sets out on one date, in whatever time zone they stand."""

    base_s: int
    arrays: Arrays
    service: Ints  # (T) index into the timetable's services
    service_day: Ints  # (T)
    stations: Ints  # (V) index into the timetable's places, ascending
    needs: dict[int, Any] = field(default_factory=dict)  # what is derived by destination, kept for the next query

    @property
    def nbytes(self) -> int:
        own = self.service.nbytes + self.service_day.nbytes + self.stations.nbytes
        return own + sum(array.nbytes for array in self.arrays)

    def position(self, station: int) -> int:
        """Where a station stands in `stations`, or -1 when nothing calls there."""
        index = int(np.searchsorted(self.stations, station))
        return index if index < len(self.stations) and int(self.stations[index]) == station else -1


def day_bounds_s(timetable: Timetable, day: int) -> tuple[int, int]:
    """From the first midnight of a date in any of the timetable's zones to the last one that ends it."""
    zones = timetable.meta.time_zones or ("UTC",)
    starts = [service_day_start_s(day, zone) for zone in zones]
    # The service day starts up to an hour beside midnight when clocks change; the margin covers it.
    return min(starts) - 7200, max(starts) + DAY_S + 7200


def build_day(network: Network, day: int) -> Day:
    """The arrays for a date (day number)."""
    table = network.timetable
    low_s, high_s = day_bounds_s(table, day)
    end_s = high_s + HORIZON_S
    services: list[Longs] = []
    service_days: list[Longs] = []
    offsets: list[Longs] = []
    last_day = day + (end_s - low_s) // DAY_S + 1
    for service_day in range(day - network.days_before, last_day + 1):
        running = network.services_on(service_day)
        starts = np.array([service_day_start_s(service_day, zone) for zone in table.meta.time_zones], np.int64)
        offset = starts[table.service_tz[running]] - low_s
        wanted = (network.last_s[running] + offset > 0) & (network.first_s[running] + offset < end_s - low_s)
        services.append(running[wanted])
        service_days.append(np.full(int(wanted.sum()), service_day, np.int64))
        offsets.append(offset[wanted])
    return _flatten(network, low_s, np.concatenate(services), np.concatenate(service_days), np.concatenate(offsets))


def _flatten(network: Network, base_s: int, service: Longs, service_day: Longs, offset: Longs) -> Day:
    table = network.timetable
    begin = table.call_start[service].astype(np.int64)
    counts = table.call_start[service + 1].astype(np.int64) - begin
    first = np.concatenate([[0], np.cumsum(counts)])
    call = np.arange(int(first[-1]), dtype=np.int64) + np.repeat(begin - first[:-1], counts)
    shift = np.repeat(offset, counts)
    dep = (table.call_dep_s[call] + shift).astype(np.int32)
    flags = table.call_flags[call]
    stations, at = _compact(network.call_station[call], len(table.place_tz))
    boards = ((flags & CAN_BOARD) != 0) & (dep >= 0)
    boards[first[1:] - 1] = False  # nobody boards where the departure ends
    event_start, event_dep, event_call = _events(boards, at, dep, len(stations))
    way_start, way_to, way_s = _ways(table, stations)
    arrays = Arrays(
        first=first.astype(np.int32),
        mode=network.mode[service],
        distinct=np.unique(service, return_index=True)[1].astype(np.int32),
        departure=np.repeat(np.arange(len(service), dtype=np.int32), counts),
        at=at,
        arr=(table.call_arr_s[call] + shift).astype(np.int32),
        dep=dep,
        flags=flags,
        event_start=event_start,
        event_dep=event_dep,
        event_call=event_call,
        way_start=way_start,
        way_to=way_to,
        way_s=way_s,
    )
    return Day(base_s, arrays, service.astype(np.int32), service_day.astype(np.int32), stations)


def _compact(station: Ints, places: int) -> tuple[Ints, Ints]:
    """The stations that occur, ascending, and each call's position among them."""
    present = np.zeros(places, np.bool_)
    present[station] = True
    position = np.cumsum(present, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(present).astype(np.int32), position[station]


def _events(boards: Any, at: Ints, dep: Ints, stations: int) -> tuple[Ints, Ints, Ints]:
    """Boarding events by station and time. No `dep` of them is negative, so that both fit one sort key."""
    call = np.flatnonzero(boards).astype(np.int32)
    order = np.argsort(at[call].astype(np.int64) << 32 | dep[call], kind="stable")
    call = call[order]
    start = np.searchsorted(at[call], np.arange(stations + 1)).astype(np.int32)
    return start, dep[call], call


def _ways(table: Timetable, stations: Ints) -> tuple[Ints, Ints, Ints]:
    """Ways from each station: to itself with its minimum connection time, then along footpaths."""
    own = np.arange(len(stations), dtype=np.int32)
    own_s = table.place_connection_s[stations].astype(np.int32)
    if not len(stations):
        return np.zeros(1, np.int32), own, own_s
    origin = np.minimum(np.searchsorted(stations, table.foot_from), len(stations) - 1)
    goal = np.minimum(np.searchsorted(stations, table.foot_to), len(stations) - 1)
    known = (stations[origin] == table.foot_from) & (stations[goal] == table.foot_to)
    same = known & (table.foot_from == table.foot_to)
    own_s[origin[same]] = table.foot_s[same]
    apart = known & ~same
    from_ = np.concatenate([own, origin[apart].astype(np.int32)])
    order = np.argsort(from_, kind="stable")
    to = np.concatenate([own, goal[apart].astype(np.int32)])[order]
    seconds = np.concatenate([own_s, table.foot_s[apart].astype(np.int32)])[order]
    start = np.searchsorted(from_[order], np.arange(len(stations) + 1)).astype(np.int32)
    return start, to, seconds
