"""The search over one day's arrays, compiled by numba.

A range search in the manner of RAPTOR (Delling, Pajor, Werneck: Round-Based Public Transit Routing, 2012) without
its lines: long-distance departures share a stopping pattern so rarely that each is ridden by itself, as in
Trip-Based Routing (Witt, 2015). Departures from the origin are taken from the last to the first. What was reached
by setting out later stays reached, so each (departure, number of departures ridden) is scanned along any call once
at most in the whole search, and a change of vehicle looks only at what leaves between the new arrival and the old.

Exactness: a label is dropped only when the best arrival known for as many departures as it still needs is not
later than the label; that best arrival belongs to a trip that sets out no earlier and only ever improves.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numba
import numpy as np

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT

F = TypeVar("F")
FAR = np.int32(2_000_000_000)
FAR_AWAY = np.int8(100)


def compiled(function: F) -> F:
    """Compile on first use; keep the machine code on disk where a cache folder can be written."""
    try:
        return numba.njit(cache=True, nogil=True, boundscheck=False)(function)  # type: ignore[no-any-return]
    except RuntimeError:
        # numba finds no folder to keep the code in (read-only installation without a home): compile each time.
        return numba.njit(nogil=True, boundscheck=False)(function)  # type: ignore[no-any-return]


@compiled
def departures_needed(first: Any, at: Any, flags: Any, way_start: Any, way_to: Any, egress: Any, most: int) -> Any:
    """How many more departures somebody who got off at each station needs at least, whatever the time.

    (V) int8: 0 where the destination is in walking reach, FAR_AWAY beyond `most`.
    """
    stations = len(way_start) - 1
    need = np.full(stations, FAR_AWAY, np.int8)
    board = np.full(stations, FAR_AWAY, np.int8)
    for v in range(stations):
        if egress[v] < FAR:
            need[v] = 0
    for level in range(1, most + 1):
        for t in range(len(first) - 1):
            leads = False
            for call in range(first[t + 1] - 1, first[t] - 1, -1):
                v = at[call]
                if leads and board[v] > level:
                    board[v] = level
                if (flags[call] & CAN_ALIGHT) != 0 and need[v] == level - 1:
                    leads = True
        changed = False
        for v in range(stations):
            if need[v] == FAR_AWAY:
                for way in range(way_start[v], way_start[v + 1]):
                    if board[way_to[way]] == level:
                        need[v] = level
                        changed = True
                        break
        if not changed:
            break
    return need


@compiled
def source_events(event_start: Any, event_dep: Any, event_call: Any, access: Any, low: int, high: int) -> Any:
    """(n, 2) int32 of (when to leave the origin, call to board), latest first.

    `access` is (m, 2): stations to walk to and the seconds it takes.
    """
    total = 0
    for row in range(len(access)):
        total += event_start[access[row, 0] + 1] - event_start[access[row, 0]]
    found = np.empty((total, 2), np.int32)
    count = 0
    for row in range(len(access)):
        v, walk = access[row, 0], access[row, 1]
        for event in range(event_start[v], event_start[v + 1]):
            leave = event_dep[event] - walk
            if low <= leave < high:
                found[count, 0] = leave
                found[count, 1] = event_call[event]
                count += 1
    found = found[:count]
    return found[np.argsort(-found[:, 0], kind="mergesort")]


@compiled
def ride(
    call: int, level: int, origin: int, levels: int, departure: Any, at: Any, arr: Any, flags: Any, egress: Any,
    need: Any, reached: Any, best: Any, goal: Any, label: Any, by: Any, queue: Any, old: Any, stamp: Any,
    queued: int, now: int,
) -> int:
    """Board at `call` as departure number `level` of a trip, coming from station `origin`; returns the queue's length."""
    t = departure[call]
    last = reached[level, t]
    if call >= last:
        return queued
    for k in range(level, levels + 1):
        reached[k, t] = min(reached[k, t], call)
    for j in range(call + 1, last + 1):
        time = arr[j]
        if time >= best[level]:
            break
        if (flags[j] & CAN_ALIGHT) == 0:
            continue
        v = at[j]
        if egress[v] < FAR and time + egress[v] < best[level]:
            for k in range(level, levels + 1):
                best[k] = min(best[k], time + egress[v])
            goal[level, 0], goal[level, 1], goal[level, 2] = call, j, origin
        still = level + max(need[v], 1)
        if still <= levels and time < label[level, v] and time < best[still] and egress[v] != 0:
            if stamp[v] != now:
                stamp[v] = now
                queue[queued] = v
                old[queued] = label[level, v]
                queued += 1
            for k in range(level, levels + 1):
                label[k, v] = min(label[k, v], time)
            by[level, v, 0], by[level, v, 1], by[level, v, 2] = call, j, origin
    return queued


@compiled
def first_event(event_dep: Any, low: int, high: int, time: int) -> int:
    """The first event in [low, high) that does not leave before `time`."""
    while low < high:
        middle = (low + high) // 2
        if event_dep[middle] < time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def search(
    first: Any, mode: Any, departure: Any, at: Any, arr: Any, dep: Any, flags: Any, event_start: Any, event_dep: Any,
    event_call: Any, way_start: Any, way_to: Any, way_s: Any, access: Any, egress: Any, need: Any,
    low: int, high: int, latest: int, levels: int, modes: int,
) -> Any:
    """All Pareto-optimal trips that leave in [low, high) and arrive by `latest` with at most `levels` departures.

    (n, 3 + 2 · levels) int32: when to leave, when there, number of departures, then the calls (positions in the
    day's arrays) to board and leave each. In order of leaving, latest first; within that fewest departures first.
    """
    stations = len(event_start) - 1
    label = np.full((levels + 1, stations), FAR, np.int32)
    by = np.empty((levels + 1, stations, 3), np.int32)
    reached = np.empty((levels + 1, len(mode)), np.int32)
    for k in range(levels + 1):
        for t in range(len(mode)):
            # A departure whose mode is not wanted counts as ridden from its first call on.
            reached[k, t] = first[t + 1] - 1 if (modes >> mode[t]) & 1 else first[t]
    best = np.full(levels + 1, latest + 1, np.int32)
    goal = np.empty((levels + 1, 3), np.int32)
    queue, old = np.empty((2, stations), np.int32), np.empty((2, stations), np.int32)
    stamp = np.zeros(stations, np.int32)
    before = np.empty(levels + 1, np.int32)
    found = np.empty((64, 3 + 2 * levels), np.int32)
    count, now, event = 0, 0, 0
    sources = source_events(event_start, event_dep, event_call, access, low, high)
    while event < len(sources):
        leave = sources[event, 0]
        before[:] = best
        now += 1
        queued = 0
        while event < len(sources) and sources[event, 0] == leave:
            queued = ride(
                sources[event, 1], 1, -1, levels, departure, at, arr, flags, egress, need, reached, best, goal,
                label, by, queue[1], old[1], stamp, queued, now,
            )
            event += 1
        for level in range(2, levels + 1):
            if queued == 0:
                break
            now += 1
            queued = change(
                level, queued, levels, departure, at, arr, flags, event_start, event_dep, event_call, way_start,
                way_to, way_s, egress, need, reached, best, goal, label, by, queue, old, stamp, now,
            )
        for k in range(1, levels + 1):
            if best[k] < before[k] and (k == 1 or best[k] < best[k - 1]):
                if count == len(found):
                    larger = np.empty((2 * count, found.shape[1]), np.int32)
                    larger[:count] = found
                    found = larger
                found[count, 0], found[count, 1], found[count, 2] = leave, best[k], k
                trace(found[count], k, goal, by)
                count += 1
    for row in range(count):
        best_changes(found[row], departure, first, at, arr, dep, flags, way_start, way_to, way_s)
    return found[:count]


@compiled
def change(
    level: int, queued: int, levels: int, departure: Any, at: Any, arr: Any, flags: Any, event_start: Any,
    event_dep: Any, event_call: Any, way_start: Any, way_to: Any, way_s: Any, egress: Any, need: Any, reached: Any,
    best: Any, goal: Any, label: Any, by: Any, queue: Any, old: Any, stamp: Any, now: int,
) -> int:
    """Board departure number `level` wherever the round before arrived earlier than was known."""
    came, came_old = queue[(level - 1) % 2], old[(level - 1) % 2]
    fresh, fresh_old = queue[level % 2], old[level % 2]
    count = 0
    for position in range(queued):
        v = came[position]
        arrived = label[level - 1, v]
        for way in range(way_start[v], way_start[v + 1]):
            z = way_to[way]
            until = came_old[position] + way_s[way] if came_old[position] < FAR else FAR
            event = first_event(event_dep, event_start[z], event_start[z + 1], arrived + way_s[way])
            while event < event_start[z + 1] and event_dep[event] < until and event_dep[event] < best[level]:
                count = ride(
                    event_call[event], level, v, levels, departure, at, arr, flags, egress, need, reached, best,
                    goal, label, by, fresh, fresh_old, stamp, count, now,
                )
                event += 1
    return count


@compiled
def trace(row: Any, level: int, goal: Any, by: Any) -> None:
    """Write the calls of the trip just found into its row."""
    call, alight, station = goal[level, 0], goal[level, 1], goal[level, 2]
    for k in range(level, 0, -1):
        row[1 + 2 * k], row[2 + 2 * k] = call, alight
        if k > 1:
            call, alight, station = by[k - 1, station, 0], by[k - 1, station, 1], by[k - 1, station, 2]


@compiled
def best_changes(
    row: Any, departure: Any, first: Any, at: Any, arr: Any, dep: Any, flags: Any, way_start: Any, way_to: Any,
    way_s: Any,
) -> None:
    """Where two vehicles of a trip meet more than once, change where the most time is left over.

    Ties: the earlier place on the way, and staying in the station before walking.
    """
    for k in range(1, row[2]):
        board, alight, onward = row[1 + 2 * k], row[2 + 2 * k], row[4 + 2 * k]
        other = row[3 + 2 * k]
        most = np.int32(-1)
        for j in range(board + 1, first[departure[board] + 1]):
            if (flags[j] & CAN_ALIGHT) == 0:
                continue
            v = at[j]
            for way in range(way_start[v], way_start[v + 1]):
                for p in range(first[departure[other]], onward):
                    if at[p] == way_to[way] and (flags[p] & 1) != 0:
                        spare = dep[p] - arr[j] - way_s[way]
                        if spare > most:
                            most = spare
                            row[2 + 2 * k], row[3 + 2 * k] = j, p
        assert most >= 0 or alight < 0
