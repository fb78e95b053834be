"""stop_times.txt: from rows in any order to the calls of every trip."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD
from wayfare.kernel.time import DAY_S
from wayfare.services.catalogue.domain.feed import Bytes, Floats, Ints
from wayfare.services.catalogue.domain.geography import great_circle_m
from wayfare.services.catalogue.domain.gtfs.values import BLANK, parse_time
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.tables import Table

_NAN = float("nan")
_LATE_S = 7 * DAY_S
_LATE = "a time 168:00:00 or later, seven days after the service began: taken as it stands"
_NOT_AVAILABLE = "1"  # pickup_type and drop_off_type: "1" is none; phone the agency or the driver still is a way
_COLUMNS = (
    "trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time", "pickup_type", "drop_off_type",
    "shape_dist_traveled",
)  # fmt: skip


@dataclass(slots=True)
class Calls:
    """Calls by trip (index into the trips asked for) and in the order of each trip."""

    trip: Ints
    place: Ints
    arr_s: Ints
    dep_s: Ints
    flags: Bytes
    along: Floats  # shape_dist_traveled, nan where absent; of an unknown unit
    line: Ints

    def only(self, keep: NDArray[Any]) -> Calls:
        columns = (self.trip, self.place, self.arr_s, self.dep_s, self.flags, self.along, self.line)
        return Calls(*(column[keep] for column in columns))

    def starts(self) -> Ints:
        """Where each trip begins."""
        if not len(self.trip):
            return np.zeros(0, dtype=np.int32)
        changes = np.flatnonzero(np.diff(self.trip)) + 1
        return np.concatenate(([0], changes)).astype(np.int32)


def read_calls(table: Table, trips: dict[str, int], stops: dict[str, int], issues: IssueLog) -> Calls:
    """Read and order the calls; rows that name an unknown trip or stop, or no sequence, are left out.

    `trips` gives -1 for trips that were left out before.
    """
    times: dict[str, int] = {"": BLANK}
    numbers: dict[str, int] = {}
    ints = [array("i") for _ in range(6)]
    trip_of, place_of, sequence_of, arr_of, dep_of, line_of = ints
    flags_of, along_of = array("B"), array("d")
    for line, (trip_id, stop_id, sequence, arrival, departure, pickup, drop, along) in table.rows(*_COLUMNS):
        trip, place = trips.get(trip_id), stops.get(stop_id)
        if trip is None or place is None:
            what = "trip_id" if trip is None else "stop_id"
            issues.add(table.name, line, f"{what} is unknown: left out", trip_id if trip is None else stop_id)
            continue
        if trip < 0:
            continue  # its trip was left out, which has been told
        number = numbers.get(sequence)
        if number is None:
            number = _sequence(sequence)
            if number is None:
                issues.add(table.name, line, "stop_sequence is no number: left out", sequence)
                continue
            numbers[sequence] = number
        trip_of.append(trip)
        place_of.append(place)
        sequence_of.append(number)
        arr_of.append(times[arrival] if arrival in times else _time(table, line, arrival, times, issues))
        dep_of.append(times[departure] if departure in times else _time(table, line, departure, times, issues))
        flags_of.append((pickup != _NOT_AVAILABLE) * CAN_BOARD + (drop != _NOT_AVAILABLE) * CAN_ALIGHT)
        along_of.append(_metres(along) if along else _NAN)
        line_of.append(line)
    columns = [np.frombuffer(column, dtype=np.int32) for column in ints]
    order = np.lexsort((columns[2], columns[0]))
    trip_column, place_column, sequence_column, arr, dep, lines = (column[order] for column in columns)
    flags = np.frombuffer(flags_of, dtype=np.uint8)[order]
    along_column = np.frombuffer(along_of, dtype=np.float64)[order]
    calls = Calls(trip_column, place_column, arr, dep, flags, along_column, lines)
    return _without_twins(table.name, calls, sequence_column, issues)


def _sequence(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _time(table: Table, line: int, text: str, times: dict[str, int], issues: IssueLog) -> int:
    seconds = parse_time(text)
    if seconds is None:
        issues.add(table.name, line, "no time: counts as blank", text)
        return BLANK
    if seconds >= _LATE_S:
        issues.add(table.name, line, _LATE, text)  # not kept among the known times, so that every row is counted
    else:
        times[text] = seconds
    return seconds


def _metres(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _NAN


def _without_twins(file: str, calls: Calls, sequence: Ints, issues: IssueLog) -> Calls:
    twin = np.zeros(len(sequence), dtype=bool)
    twin[1:] = (np.diff(calls.trip) == 0) & (np.diff(sequence) == 0)
    if not twin.any():
        return calls
    _tell(file, calls, twin, "stop_sequence occurs twice in the trip: the first counts", issues)
    return calls.only(~twin)


def settle_times(file: str, calls: Calls, lat: Floats, lon: Floats, refs: list[str], issues: IssueLog) -> Calls:
    """Fill blank times and leave out the trips whose times make no sense or that have fewer than two calls.

    `lat` and `lon` are those of the places. A blank between timed calls is interpolated by distance, or evenly
    where distances are unknown (GTFS reference: consumers interpolate where timepoints are missing).
    """
    calls = _without_short(file, calls, refs, issues)
    if not len(calls.trip):
        return calls
    calls.arr_s = np.where(calls.arr_s == BLANK, calls.dep_s, calls.arr_s).astype(np.int32)
    calls.dep_s = np.where(calls.dep_s == BLANK, calls.arr_s, calls.dep_s).astype(np.int32)
    starts = calls.starts()
    ends = np.append(starts[1:], len(calls.trip))
    blank = calls.arr_s == BLANK
    untimed = np.zeros(len(starts), dtype=bool)
    if blank.any():
        owner = np.repeat(np.arange(len(starts)), ends - starts)
        for index in np.unique(owner[blank]):
            untimed[index] = not _interpolate(calls, slice(int(starts[index]), int(ends[index])), lat, lon)
    backwards = calls.dep_s < calls.arr_s
    inner = np.ones(len(calls.trip), dtype=bool)
    inner[starts] = False
    backwards[1:] |= inner[1:] & (calls.arr_s[1:] < calls.dep_s[:-1])
    wrong = np.logical_or.reduceat(backwards, starts) & ~untimed
    firsts = np.zeros(len(calls.trip), dtype=bool)
    for reason, chosen in (
        ("the first or last call has no time: the trip is left out", untimed),
        ("times go backwards: the trip is left out", wrong),
    ):
        if chosen.any():
            where = firsts.copy()
            where[starts[chosen]] = True
            _tell(file, calls, where, reason, issues, refs)
    if not (untimed | wrong).any():
        return calls
    return calls.only(np.repeat(~(untimed | wrong), ends - starts))


def _without_short(file: str, calls: Calls, refs: list[str], issues: IssueLog) -> Calls:
    counts = np.bincount(calls.trip, minlength=len(refs)) if len(calls.trip) else np.zeros(len(refs), dtype=np.int64)
    for trip in np.flatnonzero(counts == 0):
        issues.add("trips.txt", 0, "the trip has no calls: left out", refs[int(trip)])
    single = counts[calls.trip] == 1
    if not single.any():
        return calls
    _tell(file, calls, single, "the trip has one call only: left out", issues, refs)
    return calls.only(~single)


def _interpolate(calls: Calls, span: slice, lat: Floats, lon: Floats) -> bool:
    arr, dep = calls.arr_s[span], calls.dep_s[span]
    known = np.flatnonzero(arr != BLANK)
    if not len(known) or known[0] != 0 or known[-1] != len(arr) - 1:
        return False
    way = _way(calls, span, lat, lon)
    for before, after in pairwise(known.tolist()):
        gap = np.arange(before + 1, after)
        if not len(gap):
            continue
        length = way[after] - way[before]
        share = (way[gap] - way[before]) / length if length > 0 else (gap - before) / (after - before)
        filled = np.rint(dep[before] + share * (int(arr[after]) - int(dep[before])))
        arr[gap] = filled
        dep[gap] = filled
    return True


def _way(calls: Calls, span: slice, lat: Floats, lon: Floats) -> Floats:
    """A measure that grows along the trip: shape_dist_traveled, the great circle, or the number of the call."""
    along = calls.along[span]
    if not np.isnan(along).any() and (np.diff(along) >= 0).all() and along[-1] > along[0]:
        return along
    places = calls.place[span]
    steps = great_circle_m(lat[places[:-1]], lon[places[:-1]], lat[places[1:]], lon[places[1:]])
    if np.isnan(steps).any():
        return np.arange(len(places), dtype=np.float64)
    return np.concatenate(([0.0], np.cumsum(steps)))


def _tell(
    file: str, calls: Calls, where: NDArray[np.bool_], reason: str, issues: IssueLog, refs: list[str] | None = None
) -> None:
    for index in np.flatnonzero(where):
        detail = refs[int(calls.trip[index])] if refs else ""
        issues.add(file, int(calls.line[index]), reason, detail)
