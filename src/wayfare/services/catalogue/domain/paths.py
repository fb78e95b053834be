"""The way of a ride on a map: along the feed's shape where it fits, else from call to call. Degrees, (lon, lat)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from wayfare.services.catalogue.domain.geography import EARTH_RADIUS_M, Floats, great_circle_m, nearest_points

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Point]

DECIMALS = 5
"""About a metre."""
_STEP_M = 100_000
"""A great circle is drawn in pieces this long: none strays visibly from it."""


def cut_shape(lat: Floats, lon: Floats, first: int, last: int, shape_lat: Floats, shape_lon: Floats) -> Line | None:
    """The stretch of a shape between two of the calls at these positions; None where it does not fit all calls."""
    nearest = nearest_points(lat, lon, shape_lat, shape_lon)
    if nearest is None:
        return None
    part = slice(int(nearest[first]), int(nearest[last]) + 1)
    return list(zip(shape_lon[part].tolist(), shape_lat[part].tolist(), strict=True))


def great_circle(calls: Sequence[Point]) -> Line:
    """Great circles from call to call, in pieces (spherical linear interpolation)."""
    line = list(calls[:1])
    for start, end in pairwise(calls):
        way_m = float(great_circle_m(np.float64(start[1]), np.float64(start[0]), *_arrays(end))[0])
        pieces = math.ceil(way_m / _STEP_M)
        line += [_between(start, end, way_m / EARTH_RADIUS_M, piece / pieces) for piece in range(1, pieces)]
        line.append(end)
    return line


def split_at_antimeridian(line: Line) -> list[Line]:
    """Parts that do not cross 180° (RFC 7946, 3.1.9): a map would draw them around the whole earth."""
    parts: list[Line] = [line[:1]]
    for (lon, lat), (next_lon, next_lat) in pairwise(line):
        if abs(next_lon - lon) > 180:
            edge = math.copysign(180.0, lon)
            span = 360 - abs(next_lon - lon)
            crossing = lat + (next_lat - lat) * ((180 - abs(lon)) / span if span else 0.0)
            parts[-1].append((edge, crossing))
            parts.append([(-edge, crossing)])
        parts[-1].append((next_lon, next_lat))
    return parts


def geometry(line: Line) -> dict[str, object]:
    """As GeoJSON."""
    parts = [
        [(round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in part] for part in split_at_antimeridian(line)
    ]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _arrays(point: Point) -> tuple[Floats, Floats]:
    return np.array([point[1]]), np.array([point[0]])


def _between(start: Point, end: Point, angle: float, share: float) -> Point:
    """The point of a great circle at a share of its way; `angle`: of the whole, in radians."""
    one, other = math.sin((1 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)
    x, y, z = (one * a + other * b for a, b in zip(_vector(start), _vector(end), strict=True))
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _vector(point: Point) -> tuple[float, float, float]:
    lon, lat = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
