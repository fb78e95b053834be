from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.services.catalogue.domain.geography import great_circle_m
from wayfare.services.catalogue.domain.paths import cut_shape, geometry, great_circle, split_at_antimeridian

points = st.tuples(st.floats(-179, 179), st.floats(-85, 85))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(great_circle_m(*(np.array([value]) for value in (one[1], one[0], other[1], other[0])))[0])


class TestShape:
    LAT, LON = np.array([0, 0, 0.5, 0, 0.0]), np.array([0, 0.25, 0.5, 0.75, 1.0])

    def test_is_cut_to_the_leg(self) -> None:
        cut = cut_shape(np.zeros(3), np.array([0.0, 0.25, 0.75]), 1, 2, self.LAT, self.LON)
        assert cut == [(0.25, 0), (0.5, 0.5), (0.75, 0)]

    def test_that_does_not_fit_is_not_used(self) -> None:
        assert cut_shape(np.full(2, 3.0), np.array([0.0, 1.0]), 0, 1, self.LAT, self.LON) is None
        assert cut_shape(np.zeros(2), np.array([1.0, 0.0]), 0, 1, self.LAT, self.LON) is None


class TestGreatCircle:
    def test_leaves_the_parallel(self) -> None:
        """From Tokyo to San Francisco, both below 38°, by 48.5° north: its cosine is that of the start by the sine of
        the course there, 54.5° (Clairaut)."""
        line = great_circle([(139.78, 35.55), (-122.38, 37.62)])
        assert max(lat for _, lat in line) == pytest.approx(48.5, abs=0.1)
        assert (line[0], line[-1]) == ((139.78, 35.55), (-122.38, 37.62))

    @given(points, points)
    def test_is_the_shortest_way_in_short_pieces(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        line = great_circle([start, end])
        steps = [metres(*pair) for pair in pairwise(line)]
        assert sum(steps) == pytest.approx(metres(start, end), abs=1, rel=1e-6)
        assert max(steps) <= 101_000


class TestAntimeridian:
    def test_parts_do_not_cross_it(self) -> None:
        drawn = geometry(great_circle([(139.78, 35.55), (-122.38, 37.62)]))
        assert drawn["type"] == "MultiLineString"
        west, east = drawn["coordinates"]  # type: ignore[misc]
        assert (west[-1][0], east[0][0]) == (180.0, -180.0)
        assert west[-1][1] == east[0][1]

    def test_is_met_halfway(self) -> None:
        assert split_at_antimeridian([(-170, 10.0), (170, 20.0)]) == [
            [(-170, 10.0), (-180, 15.0)], [(180, 15.0), (170, 20.0)],
        ]  # fmt: skip

    def test_elsewhere_is_one_line(self) -> None:
        assert geometry([(13.4, 52.5), (12.000004, 52)]) == {
            "type": "LineString", "coordinates": [(13.4, 52.5), (12.0, 52)],
        }  # fmt: skip
