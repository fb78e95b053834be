"""trips.txt and frequencies.txt: from trips with their calls to services."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wayfare.services.catalogue.domain.feed import Floats, Line, Place, Services, Shape
from wayfare.services.catalogue.domain.geography import WAY_FACTORS, along_shape_m, great_circle_m
from wayfare.services.catalogue.domain.gtfs.calls import Calls
from wayfare.services.catalogue.domain.gtfs.days import Days
from wayfare.services.catalogue.domain.gtfs.values import format_time, parse_time
from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import Table

_LEFT_OUT = "the trip is left out"


@dataclass(slots=True)
class Trips:
    """The trips of trips.txt that can run, in columns."""

    ref: list[str] = field(default_factory=list)
    number: list[str] = field(default_factory=list)
    headsign: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    calendar: list[int] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)  # by trip_id; -1 for a trip that was left out


def read_trips(table: Table, lines: list[Line], days: Days, issues: IssueLog) -> Trips:
    """The trips of known routes that run on any day."""
    line_index = {line.line_id: i for i, line in enumerate(lines)}
    trips = Trips()
    columns = ("trip_id", "route_id", "service_id", "trip_short_name", "trip_headsign", "shape_id")
    for line, (ref, route_id, service_id, number, headsign, shape) in table.rows(*columns):
        line_no, calendar = line_index.get(route_id), days.by_service.get(service_id)
        if not ref or ref in trips.index:
            issues.add(table.name, line, "trip_id is blank or occurs twice: left out", ref)
        elif line_no is None:
            issues.add(table.name, line, f"route_id is unknown: {_LEFT_OUT}", f"{ref}: {route_id}")
            trips.index[ref] = -1
        elif calendar is None:
            issues.add(table.name, line, f"service_id has no calendar: {_LEFT_OUT}", f"{ref}: {service_id}")
            trips.index[ref] = -1
        elif not days.calendars[calendar]:
            issues.add(table.name, line, f"service_id runs on no day: {_LEFT_OUT}", f"{ref}: {service_id}")
            trips.index[ref] = -1
        else:
            trips.index[ref] = len(trips.ref)
            trips.ref.append(ref)
            trips.number.append(number)
            trips.headsign.append(headsign)
            trips.line.append(line_no)
            trips.calendar.append(calendar)
            trips.shape.append(shape)
    return trips


def read_frequencies(
    table: Table, trips: Trips, issues: IssueLog, services_max: int, errors: ErrorLog
) -> dict[int, list[int]]:
    """The start times of each trip that runs by headway, in order.

    Both kinds of `exact_times` become one service per start: what is sold has a time.
    """
    starts: dict[int, set[int]] = {}
    total = 0
    for line, (ref, first_text, end_text, headway_text) in table.rows(
        "trip_id", "start_time", "end_time", "headway_secs"
    ):
        trip = trips.index.get(ref)
        first, end = parse_time(first_text), parse_time(end_text)
        headway = int(headway_text) if headway_text.isascii() and headway_text.isdigit() else 0
        if trip is None or trip < 0:
            issues.add(table.name, line, "trip_id is unknown or was left out: left out", ref)
        elif first is None or end is None or first < 0 or end <= first or headway <= 0:
            issues.add(table.name, line, "start, end or headway make no sense: left out", ref)
        else:
            total += -(-(end - first) // headway)
            if total > services_max:
                errors.add(table.name, line, f"the feed has more than {services_max} services")
                break
            starts.setdefault(trip, set()).update(range(first, end, headway))
    return {trip: sorted(times) for trip, times in starts.items()}


def make_services(
    trips: Trips,
    calls: Calls,
    frequencies: dict[int, list[int]],
    lines: list[Line],
    places: list[Place],
    shapes: dict[str, Shape],
) -> Services:
    """One service per trip that has calls, or per start time of a trip that runs by headway.

    A service by headway has the ref "trip_id@start". `distance_m` follows the shape where it fits, else the great
    circle times a factor of the mode.
    """
    starts = calls.starts()
    owners = calls.trip[starts].tolist() if len(starts) else []
    counts = np.diff(np.append(starts, len(calls.trip)))
    distance = call_distances(trips, calls, lines, places, shapes)
    services = Services([], [], [], [], [], [], *_empty(6))  # type: ignore[arg-type]
    parts: list[tuple[int, int, int]] = []  # first call, number of calls, shift in seconds
    for start, count, trip in zip(starts.tolist(), counts.tolist(), owners, strict=True):
        offsets = [(0, "")]
        if trip in frequencies:
            base = int(calls.dep_s[start])
            offsets = [(first - base, f"@{format_time(first)}") for first in frequencies[trip]]
        headsign = trips.headsign[trip] or places[int(calls.place[start + count - 1])].name
        for shift, suffix in offsets:
            services.ref.append(trips.ref[trip] + suffix)
            services.number.append(trips.number[trip])
            services.headsign.append(headsign)
            services.line.append(trips.line[trip])
            services.calendar.append(trips.calendar[trip])
            services.shape.append(trips.shape[trip] if trips.shape[trip] in shapes else "")
            parts.append((start, count, shift))
    _fill(services, parts, calls, distance)
    return services


def _empty(count: int) -> list[object]:
    return [np.zeros(0, dtype=np.int32)] * count


def _fill(services: Services, parts: list[tuple[int, int, int]], calls: Calls, distance: Floats) -> None:
    table = np.array(parts, dtype=np.int64).reshape(-1, 3)
    counts = table[:, 1]
    services.start = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    # Position of every call in `calls`: the start of its part plus its place within the part.
    within = np.arange(int(services.start[-1])) - np.repeat(services.start[:-1], counts)
    source = np.repeat(table[:, 0], counts) + within
    shift = np.repeat(table[:, 2], counts)
    services.place = calls.place[source]
    services.arr_s = (calls.arr_s[source] + shift).astype(np.int32)
    services.dep_s = (calls.dep_s[source] + shift).astype(np.int32)
    services.flags = calls.flags[source]
    services.distance_m = np.rint(distance[source]).astype(np.int32)


def call_distances(
    trips: Trips, calls: Calls, lines: list[Line], places: list[Place], shapes: dict[str, Shape]
) -> Floats:
    """Metres from the first call of the trip, for every call; a stretch of unknown length counts as none."""
    if not len(calls.trip):
        return np.zeros(0)
    lat = np.array([place.lat for place in places])
    lon = np.array([place.lon for place in places])
    factors = np.array([WAY_FACTORS[lines[line].mode] for line in trips.line])
    here, before = calls.place[1:], calls.place[:-1]
    steps = np.zeros(len(calls.trip))
    steps[1:] = np.nan_to_num(great_circle_m(lat[before], lon[before], lat[here], lon[here]))
    steps *= factors[calls.trip]
    starts = calls.starts()
    steps[starts] = 0.0
    total = np.cumsum(steps)
    counts = np.diff(np.append(starts, len(calls.trip)))
    total -= np.repeat(total[starts], counts)
    if shapes:
        _along_shapes(trips, calls, total, shapes, lat, lon)
    return total


def _along_shapes(
    trips: Trips, calls: Calls, total: Floats, shapes: dict[str, Shape], lat: Floats, lon: Floats
) -> None:
    """Overwrite the distances of trips whose shape fits. Trips share patterns: each is measured once."""
    measured: dict[tuple[str, bytes], Floats | None] = {}
    starts = calls.starts()
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(calls.trip)], strict=True):
        shape = shapes.get(trips.shape[int(calls.trip[start])])
        if shape is None:
            continue
        places = calls.place[start:end]
        key = (shape.shape_id, places.tobytes())
        if key not in measured:
            measured[key] = along_shape_m(lat[places], lon[places], shape.lat, shape.lon)
        way = measured[key]
        if way is not None:
            total[start:end] = way
