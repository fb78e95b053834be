"""Positions, estimates and when to ask again."""

from __future__ import annotations

import pytest

from wayfare.contracts.waiting.api import Room
from wayfare.services.waiting.domain.places import poll_after_s, whole_seconds

ROOM = Room(room_id=1, departure_id=0, rate=20.0, starts_s=1000.0, issued=500, admitted=100)


class TestRoom:
    def test_counts_positions_from_the_front(self) -> None:
        assert [ROOM.position(number) for number in (1, 100, 101, 500)] == [0, 0, 1, 400]
        assert ROOM.waiting == 400

    def test_estimates_by_its_rate(self) -> None:
        assert ROOM.estimate_s(400, now_s=2000.0) == 20.0

    def test_waits_for_its_start(self) -> None:
        assert ROOM.estimate_s(400, now_s=940.0) == 80.0


class TestAskingAgain:
    @pytest.mark.parametrize(("estimate_s", "after_s"), [(0.0, 0.5), (0.2, 0.5), (8.0, 2.0), (3600.0, 10.0)])
    def test_comes_sooner_near_the_front(self, estimate_s: float, after_s: float) -> None:
        assert poll_after_s(estimate_s) == after_s

    def test_no_visitor_is_told_too_little(self) -> None:
        assert [whole_seconds(estimate_s) for estimate_s in (0.0, 0.1, 1.0, 1.2)] == [0, 1, 1, 2]
