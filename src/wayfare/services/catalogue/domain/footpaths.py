"""Walking between stations, and the time to change at one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from wayfare.services.catalogue.domain.feed import NO_TRANSFER_S, Floats, Ints
from wayfare.services.catalogue.domain.geography import great_circle_m

# Minimum time to change where nobody stated one, by mode (rail, coach, air, ferry). Rail: five minutes, the default
# of the UIC/MERITS exchange; air: 45 minutes, a usual minimum connecting time for domestic flights (IATA
# Resolution 765); coach and ferry: time to find the bay or the pier. A station of several modes takes the longest.
CONNECTION_S = (300, 300, 2700, 900)
DEFAULT_CONNECTION_S = 300
NEARBY_M = 400.0

# 1.2 m/s over 1.3 times the great circle (Highway Capacity Manual: pedestrians at 1.2 m/s), and two minutes to
# find the platform.
WALK_M_S = 1.2
WALK_FACTOR = 1.3
FINDING_S = 120


def walk_s(distance_m: float) -> int:
    """Seconds to walk a great-circle distance and find the platform."""
    return round(distance_m * WALK_FACTOR / WALK_M_S) + FINDING_S


def connection_times(station: Ints, call_place: Ints, call_mode: NDArray[np.int32]) -> Ints:
    """For every place the minimum time to change at its station, by the modes that call there."""
    by_station = np.zeros(len(station), dtype=np.int32)
    np.maximum.at(by_station, station[call_place], np.array(CONNECTION_S, dtype=np.int32)[call_mode])
    by_station[by_station == 0] = DEFAULT_CONNECTION_S
    return by_station[station]


def station_footpaths(
    lat: Floats, lon: Floats, station: Ints, stated: Iterable[tuple[int, int, int]]
) -> tuple[Ints, Ints, Ints]:
    """Footpaths in order of their start: those stated, and walks between stations at most 400 m apart.

    Where a feed says that one cannot change between two stations there is no footpath; from = to with
    `NO_TRANSFER_S` says that one cannot change at a station.
    """
    seconds = {(start, end): s for start, end, s in _nearby(lat, lon, station)}
    for start, end, s in stated:
        seconds[int(station[start]), int(station[end])] = s
    found = sorted((pair, s) for pair, s in seconds.items() if s < NO_TRANSFER_S or pair[0] == pair[1])
    starts = np.array([pair[0] for pair, _ in found], dtype=np.int32)
    ends = np.array([pair[1] for pair, _ in found], dtype=np.int32)
    return starts, ends, np.array([s for _, s in found], dtype=np.int32)


def _nearby(lat: Floats, lon: Floats, station: Ints) -> list[tuple[int, int, int]]:
    """Pairs of stations within a walk, found in order of latitude: a degree is 111 km everywhere."""
    stations = np.flatnonzero((station == np.arange(len(station))) & ~np.isnan(lat) & ~np.isnan(lon))
    stations = stations[np.argsort(lat[stations], kind="stable")]
    reach = NEARBY_M / 111_000
    ends = np.searchsorted(lat[stations], lat[stations] + reach, side="right")
    found = []
    for i, end in enumerate(ends.tolist()):
        if end <= i + 1:
            continue
        here, others = stations[i], stations[i + 1 : end]
        distances = great_circle_m(lat[here], lon[here], lat[others], lon[others])
        for other, metres in zip(others.tolist(), distances.tolist(), strict=True):
            if metres <= NEARBY_M:
                found += [(int(here), other, walk_s(metres)), (other, int(here), walk_s(metres))]
    return found
