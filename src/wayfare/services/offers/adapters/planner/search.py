"""The search over one day's arrays, compiled by numba.

A range search in the manner of RAPTOR (Delling, Pajor, Werneck: Round-Based Public Transit Routing, 2012) without
its lines: long-distance departures share a stopping pattern so rarely that each is ridden by itself, as in
Trip-Based Routing (Witt, 2015). Departures from the origin are taken from the last to the first. What was reached
by setting out later stays reached, so each (departure, number of departures ridden) is scanned along any call once
at most in the whole search, and a change of vehicle looks only at what leaves between the new arrival and the old.

Exactness: a label is dropped only when the best arrival known for as many departures as it still needs is not
later than the label; that best arrival belongs to a trip that sets out no earlier, and only ever improves.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD
from wayfare.services.offers.adapters.planner.day import Arrays

F = TypeVar("F")
_njit: Any = numba.njit
FAR = np.int32(1_000_000_000)
GLANCE_S = 16 * 3600
ROUND, SOURCE = 2, 3


def compiled(function: F) -> F:
    """Compile on first use; keep the machine code on disk where a cache folder can be written."""
    try:
        return _njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:
        # numba finds no folder to keep the code in (read-only installation without a home): compile each time.
        return _njit(nogil=True)(function)  # type: ignore[no-any-return]


class State(NamedTuple):
    """What one search knows so far. K is the most departures a trip may have."""

    label: Any  # (K + 1, V) earliest arrival at a station with up to k departures
    by: Any  # (K + 1, V, 3) how: call boarded, call left, station walked from before boarding
    reached: Any  # (K + 1, T) the first call a departure was boarded at as number k or less
    best: Any  # (K + 1) earliest arrival at the destination
    goal: Any  # (K + 1, 3) how
    egress: Any  # (V) seconds to walk to the destination, FAR where it is not near
    least: Any  # (2, K or more, V): least_times
    queue: Any  # (2, V) stations reached earlier than before in this round
    old: Any  # (2, V) what their label was when the round began
    stamp: Any  # (V) the round in which a station was last queued
    at: Any  # (4) how far things are: length of queue 0 and of queue 1, ROUND, SOURCE


@compiled
def lower_bounds(day: Arrays, off: Any, on: Any) -> None:
    """Complete the bounds of `least_times`, whose first row of `off` is there and the rest FAR."""
    for e in range(len(off)):
        if e > 0:
            for v in range(len(day.way_start) - 1):
                off[e, v] = off[e - 1, v]
                on[e, v] = on[e - 1, v]
                for way in range(day.way_start[v], day.way_start[v + 1]):
                    off[e, v] = min(off[e, v], on[e - 1, day.way_to[way]] + day.way_s[way])
        for position in range(len(day.distinct)):
            t = day.distinct[position]
            there = int(FAR)
            for call in range(day.first[t + 1] - 1, day.first[t] - 1, -1):
                v = day.at[call]
                if there - day.dep[call] < on[e, v] and there < FAR and (day.flags[call] & CAN_BOARD) != 0:
                    on[e, v] = there - day.dep[call]
                if off[e, v] < FAR and (day.flags[call] & CAN_ALIGHT) != 0:
                    there = min(there, int(day.arr[call] + off[e, v]))


def least_times(day: Arrays, egress: Any, most: int) -> Any:
    """Lower bounds on the way to the destination, whatever the hour: (2, most + 1, V) int32 seconds.

    [0, e, v]: from getting off at v, with up to e more departures. [1, e, v]: from the departure of a vehicle
    boarded at v, with up to e departures after it. Waiting counts as nothing but the minimum time to change; FAR
    where the destination cannot be reached so.
    """
    least = np.full((2, most + 1, len(egress)), FAR, np.int32)
    least[0, 0] = egress
    lower_bounds(day, least[0], least[1])
    return least


@compiled
def hopeless(state: State, level: int, v: int, time: int) -> bool:
    """Whether nobody who gets off at `v` then could still be the first at the destination."""
    levels = len(state.best) - 1
    for e in range(1, levels - level + 1):  # noqa: SIM110 (numba compiles no all())
        if time + state.least[0, e, v] < state.best[level + e]:
            return False
    return True


@compiled
def too_late(state: State, level: int, v: int) -> Any:
    """From when on boarding departure number `level` at `v` cannot make anybody the first at the destination."""
    levels = len(state.best) - 1
    limit = np.int32(0)
    for e in range(levels - level + 1):
        limit = max(limit, state.best[level + e] - state.least[1, e, v])
    return limit


@compiled
def ride(day: Arrays, state: State, call: int, level: int, origin: int) -> None:
    """Board at `call` as departure number `level` of a trip, coming from station `origin`."""
    t = day.departure[call]
    last = state.reached[level, t]
    if call >= last:
        return
    levels = len(state.best) - 1
    for k in range(level, levels + 1):
        state.reached[k, t] = min(state.reached[k, t], call)
    fresh = level % 2
    for j in range(call + 1, last + 1):
        time = day.arr[j]
        if time >= state.best[level]:
            break
        if (day.flags[j] & CAN_ALIGHT) == 0:
            continue
        v = day.at[j]
        walk = state.egress[v]
        if walk < FAR and time + walk < state.best[level]:
            for k in range(level, levels + 1):
                state.best[k] = min(state.best[k], time + walk)
            state.goal[level, 0], state.goal[level, 1], state.goal[level, 2] = call, j, origin
        if walk != 0 and time < state.label[level, v] and not hopeless(state, level, v, time):
            if state.stamp[v] != state.at[ROUND]:
                state.stamp[v] = state.at[ROUND]
                state.queue[fresh, state.at[fresh]] = v
                state.old[fresh, state.at[fresh]] = state.label[level, v]
                state.at[fresh] += 1
            for k in range(level, levels + 1):
                state.label[k, v] = min(state.label[k, v], time)
            state.by[level, v, 0], state.by[level, v, 1], state.by[level, v, 2] = call, j, origin


@compiled
def first_event(day: Arrays, station: int, time: int) -> Any:
    """The first boarding event of a station that does not leave before `time`."""
    low, high = day.event_start[station], day.event_start[station + 1]
    while low < high:
        middle = (low + high) // 2
        if day.event_dep[middle] < time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def change(day: Arrays, state: State, level: int) -> None:
    """Board departure number `level` wherever the round before arrived earlier than was known."""
    came = (level - 1) % 2
    for position in range(state.at[came]):
        v = state.queue[came, position]
        arrived = state.label[level - 1, v]
        known = state.old[came, position]
        for way in range(day.way_start[v], day.way_start[v + 1]):
            z, takes = day.way_to[way], day.way_s[way]
            until = min(known + takes, too_late(state, level, z))
            if arrived + takes >= until:
                continue
            event = first_event(day, z, arrived + takes)
            while event < day.event_start[z + 1] and day.event_dep[event] < until:
                ride(day, state, day.event_call[event], level, v)
                event += 1


@compiled
def trace(state: State, level: int, found: Any, row: int) -> None:
    """Write the calls of the trip just found into its row."""
    call, alight, station = state.goal[level, 0], state.goal[level, 1], state.goal[level, 2]
    for k in range(level, 0, -1):
        found[row, 1 + 2 * k], found[row, 2 + 2 * k] = call, alight
        if k > 1:
            by, at = state.by, station
            call, alight, station = by[k - 1, at, 0], by[k - 1, at, 1], by[k - 1, at, 2]


@compiled
def settle_changes(day: Arrays, found: Any, row: int) -> None:
    """Where two vehicles of a trip meet more than once, change where the most time is left over.

    Ties: the earlier place on the way, and staying in the station before walking.
    """
    for k in range(1, found[row, 2]):
        board, other, onward = found[row, 1 + 2 * k], found[row, 3 + 2 * k], found[row, 4 + 2 * k]
        most = np.int32(-1)
        for j in range(board + 1, day.first[day.departure[board] + 1]):
            if (day.flags[j] & CAN_ALIGHT) == 0:
                continue
            v = day.at[j]
            for way in range(day.way_start[v], day.way_start[v + 1]):
                z = day.way_to[way]
                for p in range(day.first[day.departure[other]], onward):
                    if day.at[p] == z and (day.flags[p] & CAN_BOARD) != 0:
                        spare = day.dep[p] - day.arr[j] - day.way_s[way]
                        if spare > most:
                            most = spare
                            found[row, 2 + 2 * k], found[row, 3 + 2 * k] = j, p


@compiled
def set_out(day: Arrays, state: State, sources: Any) -> None:
    """Search with the next source and those that leave with it."""
    leave = sources[state.at[SOURCE], 0]
    for level in range(1, len(state.best)):
        state.at[ROUND] += 1
        state.at[level % 2] = 0
        if level > 1:
            change(day, state, level)
            continue
        while state.at[SOURCE] < len(sources) and sources[state.at[SOURCE], 0] == leave:
            call = sources[state.at[SOURCE], 1]
            ride(day, state, call, level, day.at[call])
            state.at[SOURCE] += 1


@compiled
def set_out_all(day: Arrays, state: State, sources: Any, found: Any) -> int:
    """Take every source in turn and write the trips that come out into `found`; returns how many."""
    count = 0
    before = np.empty(len(state.best), np.int32)
    while state.at[SOURCE] < len(sources):
        leave = sources[state.at[SOURCE], 0]
        for k in range(1, len(before)):
            before[k] = state.best[k]
        set_out(day, state, sources)
        for k in range(1, len(before)):
            if state.best[k] < before[k] and (k == 1 or state.best[k] < state.best[k - 1]):
                found[count, 0], found[count, 1], found[count, 2] = leave, state.best[k], k
                trace(state, k, found, count)
                count += 1
    for row in range(count):
        settle_changes(day, found, row)
    return count


def source_events(day: Arrays, access: list[tuple[int, int]], low: int, high: int) -> Any:
    """(n, 2) int32 of (when to leave the origin, call to board), latest first.

    `access`: stations to walk to and the seconds it takes.
    """
    parts = [
        np.stack([day.event_dep[events] - walk, day.event_call[events]], axis=1)
        for v, walk in access
        for events in (slice(day.event_start[v], day.event_start[v + 1]),)
    ]
    if not parts:
        return np.empty((0, 2), np.int32)
    found = np.concatenate(parts)
    found = found[(found[:, 0] >= low) & (found[:, 0] < high)]
    return np.ascontiguousarray(found[np.argsort(-found[:, 0], kind="stable")])


def new_state(day: Arrays, egress: Any, least: Any, latest: int, levels: int, modes: int) -> State:
    stations = len(day.event_start) - 1
    wanted = (modes >> day.mode) & 1 != 0
    # A departure whose mode is not wanted counts as ridden from its first call on.
    reached = np.where(wanted, day.first[1:] - 1, day.first[:-1])
    return State(
        label=np.full((levels + 1, stations), FAR, np.int32),
        by=np.empty((levels + 1, stations, 3), np.int32),
        reached=np.tile(reached, (levels + 1, 1)),
        best=np.full(levels + 1, latest + 1, np.int32),
        goal=np.empty((levels + 1, 3), np.int32),
        egress=egress,
        least=least,
        queue=np.empty((2, stations), np.int32),
        old=np.empty((2, stations), np.int32),
        stamp=np.zeros(stations, np.int32),
        at=np.zeros(4, np.int32),
    )


def search(
    day: Arrays,
    access: list[tuple[int, int]],
    egress: Any,
    least: Any,
    window: tuple[int, int, int],
    levels: int,
    modes: int,
) -> Any:
    """All Pareto-optimal trips with at most `levels` departures for a window (earliest to leave, too late to
    leave, latest to arrive).

    (n, 3 + 2 · levels) int32: when to leave, when there, number of departures, then the calls (positions in the
    day's arrays) to board and leave each. In order of leaving, latest first; then fewest departures first.
    """
    low, high, latest = window
    sources = source_events(day, access, low, high)
    found = np.empty((len(sources) * levels, 3 + 2 * levels), np.int32)
    if len(sources) == 0:
        return found
    # The first to set out knows no arrival to beat and would look days ahead: a short look gives it one.
    soon = min(latest, int(sources[0, 0]) + GLANCE_S)
    glance = new_state(day, egress, least, soon, levels, modes)
    set_out(day, glance, sources)
    state = new_state(day, egress, least, latest, levels, modes)
    # What the glance found is found again by the search proper, with everything on the way.
    state.best[:] = np.where(glance.best <= soon, glance.best + 1, state.best)
    return found[: set_out_all(day, state, sources, found)]
