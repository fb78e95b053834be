"""Slow, plain searches to compare the planner with. They share no code with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, MODES, ON_SALE, Timetable
from wayfare.kernel.time import day_of, service_day_start_s, zone

Point = tuple[int, int, int]  # departs, arrives, transfers


@dataclass(frozen=True)
class Ride:
    """A departure with absolute times: (station, arrives, departs, flags) per call."""

    service: int
    day: int
    calls: tuple[tuple[int, int, int, int], ...]


def window(table: Timetable, origin: int, day: int) -> tuple[int, int]:
    tz = zone(table.meta.time_zones[int(table.place_tz[origin])])
    first = datetime.combine(day_of(day), datetime.min.time(), tz)
    second = datetime.combine(day_of(day) + timedelta(days=1), datetime.min.time(), tz)
    return int(first.timestamp()), int(second.timestamp())


def rides(table: Timetable, first_day: int, last_day: int, modes: Collection[str] | None = None) -> list[Ride]:
    found = []
    for service in range(len(table.service_no)):
        mode = MODES[int(table.line_mode[int(table.service_line[service])])]
        if int(table.service_status[service]) != ON_SALE or (modes is not None and mode not in modes):
            continue
        low, high = int(table.call_start[service]), int(table.call_start[service + 1])
        tz = table.meta.time_zones[int(table.service_tz[service])]
        for day in range(first_day, last_day + 1):
            if table.runs_on(service, day):
                start = service_day_start_s(day, tz)
                calls = tuple(
                    (
                        int(table.place_station[int(table.call_place[call])]),
                        start + int(table.call_arr_s[call]),
                        start + int(table.call_dep_s[call]),
                        int(table.call_flags[call]),
                    )
                    for call in range(low, high)
                )
                found.append(Ride(service, day, calls))
    return found


def ways(table: Timetable) -> dict[int, dict[int, int]]:
    """From each station: to which one can change, and the minimum time."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for place in range(len(table.place_tz)):
        found[place][place] = int(table.place_connection_s[place])
    for a, b, s in zip(table.foot_from.tolist(), table.foot_to.tolist(), table.foot_s.tolist(), strict=True):
        found[a][b] = s
    return found


def pareto(points: Collection[Point]) -> set[Point]:
    return {p for p in points if not any(q != p and q[0] >= p[0] and q[1] <= p[1] and q[2] <= p[2] for q in points)}


def every_trip(
    table: Timetable,
    origin: int,
    goal: int,
    day: int,
    max_transfers: int,
    latest_s: int,
    modes: Collection[str] | None = None,
) -> set[Point]:
    """Depth first over every departure, without any pruning but the number of transfers and `latest_s`."""
    low, high = window(table, origin, day)
    change = ways(table)
    running = rides(table, day - 6, day + 8, modes)
    boards = defaultdict(list)
    for ride in running:
        for index, (station, _, departs, flags) in enumerate(ride.calls[:-1]):
            if flags & CAN_BOARD:
                boards[station].append((departs, ride, index))
    ends = {station: (0 if station == goal else takes[goal]) for station, takes in change.items() if goal in takes}
    ends[goal] = 0
    found: set[Point] = set()

    def go_on(leave: int, ride: Ride, index: int, left: int) -> None:
        for station, arrives, _, flags in ride.calls[index + 1 :]:
            if not flags & CAN_ALIGHT or arrives > latest_s:
                continue
            if station in ends and arrives + ends[station] <= latest_s:
                found.add((leave, arrives + ends[station], max_transfers - left))
            if left:
                for other, takes in change[station].items():
                    for departs, onward, at in boards[other]:
                        if departs >= arrives + takes and departs <= latest_s:
                            go_on(leave, onward, at, left - 1)

    starts = {other: takes for other, takes in change[origin].items() if other != origin} | {origin: 0}
    for station, walk in starts.items():
        for departs, ride, index in boards[station]:
            if low <= departs - walk < high:
                go_on(departs - walk, ride, index, max_transfers)
    return pareto(found)


def every_round(table: Timetable, origin: int, goal: int, day: int, max_transfers: int, latest_s: int) -> set[Point]:
    """For every time to set out, from scratch: the earliest arrival everywhere with one departure, two, …"""
    low, high = window(table, origin, day)
    change = ways(table)
    running = [ride for ride in rides(table, day - 4, day + 7) if ride.calls[-1][1] >= low]
    starts = {other: takes for other, takes in change[origin].items() if other != origin} | {origin: 0}
    leaves = {
        departs - starts[station]
        for ride in running
        for station, _, departs, flags in ride.calls[:-1]
        if station in starts and flags & CAN_BOARD and low <= departs - starts[station] < high
    }
    found: set[Point] = set()
    for leave in leaves:
        ready = {station: leave + walk for station, walk in starts.items()}
        # Whoever sets out today boards a departure that can be caught by leaving today.
        until = {station: high + walk for station, walk in starts.items()}
        for transfers in range(max_transfers + 1):
            arrived: dict[int, int] = {}
            for ride in running:
                aboard = False
                if ride.calls[-1][1] < leave:
                    continue
                for station, arrives, departs, flags in ride.calls:
                    if aboard and flags & CAN_ALIGHT and arrives < arrived.get(station, latest_s + 1):
                        arrived[station] = arrives
                    if flags & CAN_BOARD and ready.get(station, latest_s) <= departs < until.get(station, latest_s):
                        aboard = True
            ready = {}
            until = {}
            for station, arrives in arrived.items():
                walk = 0 if station == goal else change[station].get(goal)
                if walk is not None and arrives + walk <= latest_s:
                    found.add((leave, arrives + walk, transfers))
                for other, takes in change[station].items():
                    ready[other] = min(ready.get(other, arrives + takes), arrives + takes)
    return pareto(found)
