"""Distances on the earth, and along the way a vehicle takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG 1980

# How much longer the way is than the great circle between two calls, by mode (rail, coach, air, ferry). Roads: 1.2 in
# the United States, about 1.3 in Germany (Ballou, Rahardja, Sakai 2002, "Selected country circuity factors for road
# travel distance estimation", Transportation Research A 36). Lines of rail are planned straighter but call often: 1.2.
# Air fares and mileages count the great circle itself.
WAY_FACTORS = (1.2, 1.25, 1.0, 1.15)


def great_circle_m(lat1: Floats | np.float64, lon1: Floats | np.float64, lat2: Floats, lon2: Floats) -> Floats:
    """Metres between points in degrees (haversine formula); nan where a coordinate is."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    distance: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def along_shape_m(lat: Floats, lon: Floats, shape_lat: Floats, shape_lon: Floats) -> Floats | None:
    """Metres from the first call along a shape, or None when calls and shape do not belong together.

    The way must be no shorter than the great circle and no longer than three times of it.
    """
    nearest = nearest_points(lat, lon, shape_lat, shape_lon)
    if nearest is None:
        return None
    steps = great_circle_m(shape_lat[:-1], shape_lon[:-1], shape_lat[1:], shape_lon[1:])
    way = np.concatenate(([0.0], np.cumsum(steps)))[nearest]
    way = way - way[0]
    direct = float(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum())
    return way if 0.95 * direct <= way[-1] <= 3 * direct else None


def nearest_points(lat: Floats, lon: Floats, shape_lat: Floats, shape_lon: Floats) -> NDArray[np.int64] | None:
    """The point of a shape that each call is nearest to; None unless they are in its order, none 2 km away."""
    if len(shape_lat) < 2 or np.isnan(lat).any():
        return None
    nearest = np.empty(len(lat), dtype=np.int64)
    for i in range(len(lat)):  # one call at a time: a matrix of all calls and points could be very large
        distance = great_circle_m(lat[i], lon[i], shape_lat, shape_lon)
        nearest[i] = distance.argmin()
        if distance[nearest[i]] > 2_000 or (i and nearest[i] <= nearest[i - 1]):
            return None
    return nearest
