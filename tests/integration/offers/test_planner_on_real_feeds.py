"""The planner on real timetables, as the catalogue imports them, against a search that tries every departure."""

from __future__ import annotations

from datetime import date

import pytest

from integration.offers.conftest import Imported
from unit.offers.brute_force import Point, every_round, window
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.kernel.time import DAY_S, day_number
from wayfare.services.offers.adapters.place_index import PlaceIndex
from wayfare.services.offers.adapters.planner.planner import Planner


def both(table: Timetable, origin: str, goal: str, on: date, days: int) -> tuple[set[Point], set[Point]]:
    """What the planner finds within some days and what trying everything finds."""
    places = PlaceIndex(table)
    start, end = places.get_place(origin, "from"), places.get_place(goal, "to")
    day = day_number(on)
    latest = window(table, start, day)[0] + days * DAY_S
    trips = Planner(table).plan(start, end, day, arrive_by_s=latest)
    found = {(trip.departs_s, trip.arrives_s, trip.transfers) for trip in trips}
    return found, every_round(table, start, end, day, 3, latest)


class TestEveryTrip:
    def test_berlin_to_munich(self, imported: Imported) -> None:
        found, expected = both(imported("rail/db-fernverkehr-2016"), "Berlin Hbf", "München Hbf", date(2016, 6, 15), 2)
        assert found == expected
        assert len(found) >= 20

    @pytest.mark.parametrize(
        ("origin", "goal"), [("Kassel-Wilhelmshöhe", "Zürich HB"), ("Binz", "Wien Hbf"), ("Stralsund Hbf", "Kiel Hbf")]
    )
    def test_across_the_network(self, origin: str, goal: str, imported: Imported) -> None:
        found, expected = both(imported("rail/db-fernverkehr-2016"), origin, goal, date(2016, 6, 15), 2)
        assert found == expected
        assert found

    def test_across_a_continent_and_its_time_zones(self, imported: Imported) -> None:
        found, expected = both(imported("rail/amtrak-2024"), "real:PDX", "real:BOS", date(2024, 6, 12), 5)
        assert found == expected
        assert found

    def test_a_suburban_network(self, imported: Imported) -> None:
        found, expected = both(
            imported("rail/metro-north-2026-LARGE"), "New Haven", "Poughkeepsie", date(2026, 9, 16), 2
        )
        assert found == expected
        assert found
