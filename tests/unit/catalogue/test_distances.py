from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.services.catalogue.domain.feed import NO_TRANSFER_S
from wayfare.services.catalogue.domain.footpaths import connection_times, station_footpaths, walk_s
from wayfare.services.catalogue.domain.geography import along_shape_m, great_circle_m

lats, lons = st.floats(-90, 90), st.floats(-180, 180)


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    return float(great_circle_m(*(np.array([value]) for value in (lat1, lon1, lat2, lon2)))[0])


class TestGreatCircle:
    def test_berlin_to_munich(self) -> None:
        assert metres(52.525, 13.369, 48.140, 11.558) == pytest.approx(504_000, rel=0.005)

    @given(lats, lons, lats, lons)
    def test_symmetric_and_no_longer_than_half_the_earth(self, a: float, b: float, c: float, d: float) -> None:
        there = metres(a, b, c, d)
        assert there == pytest.approx(metres(c, d, a, b), abs=1e-3)
        assert 0 <= there <= 20_016_000

    def test_unknown_positions_stay_unknown(self) -> None:
        assert np.isnan(metres(float("nan"), 0, 1, 1))


class TestAlongShape:
    LAT, LON = np.zeros(11), np.linspace(0, 1, 11)

    def test_follows_the_shape(self) -> None:
        way = along_shape_m(np.zeros(3), np.array([0.0, 0.5, 1.0]), self.LAT, self.LON)
        assert way is not None
        assert way.tolist() == pytest.approx([0, 55_598, 111_195], rel=1e-3)

    @pytest.mark.parametrize("lon", [[1.0, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.5, 9.0]])
    def test_refuses_a_shape_that_does_not_fit(self, lon: list[float]) -> None:
        assert along_shape_m(np.zeros(3), np.array(lon), self.LAT, self.LON) is None

    def test_refuses_unknown_positions_and_shapes_of_one_point(self) -> None:
        assert along_shape_m(np.array([0.0, np.nan]), np.zeros(2), self.LAT, self.LON) is None
        assert along_shape_m(np.zeros(2), np.zeros(2), self.LAT[:1], self.LON[:1]) is None


class TestFootpaths:
    def test_near_stations_are_walks_and_stated_ones_win(self) -> None:
        lat = np.array([50.0, 50.001, 50.0, 60.0, np.nan, 50.0])
        lon = np.array([8.0, 8.0, 8.003, 8.0, 8.0, 8.0])
        station = np.array([0, 1, 2, 3, 4, 0], dtype=np.int32)
        stated = [(0, 3, 500), (5, 2, NO_TRANSFER_S), (2, 0, 77), (3, 3, NO_TRANSFER_S)]
        starts, ends, seconds = (column.tolist() for column in station_footpaths(lat, lon, station, stated))
        found = dict(zip(zip(starts, ends, strict=True), seconds, strict=True))
        assert found == {
            (0, 1): walk_s(111.2),
            (1, 0): walk_s(111.2),
            (1, 2): walk_s(241.5),
            (2, 1): walk_s(241.5),
            (0, 3): 500,
            (2, 0): 77,
            (3, 3): NO_TRANSFER_S,
        }

    def test_a_station_takes_the_longest_time_of_its_modes(self) -> None:
        station = np.array([0, 0, 2, 3], dtype=np.int32)
        times = connection_times(station, np.array([1, 0, 2], dtype=np.int32), np.array([2, 0, 1], dtype=np.int32))
        assert times.tolist() == [2700, 2700, 300, 300]
