"""The planner against searches that try everything, and case by case."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unit.offers.brute_force import every_round, every_trip, ways, window
from unit.offers.worlds import BOTH, DAY, Call, Service, World
from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, Timetable
from wayfare.kernel.time import service_day_start_s
from wayfare.services.offers.adapters.planner.day import HORIZON_S
from wayfare.services.offers.adapters.planner.planner import Planner
from wayfare.services.offers.domain.trips import Trip

ZONES = ("UTC", "Europe/Berlin", "America/New_York")


def points(trips: list[Trip]) -> set[tuple[int, int, int]]:
    return {(trip.departs_s, trip.arrives_s, trip.transfers) for trip in trips}


def assert_rideable(table: Timetable, origin: int, goal: int, trip: Trip) -> None:
    """Every leg runs, may be boarded and left, and there is time for every change."""
    change = ways(table)
    ready: dict[int, int] = {place: trip.departs_s + takes for place, takes in change[origin].items()}
    ready[origin] = trip.departs_s
    for leg in trip.legs:
        assert table.runs_on(leg.service, leg.service_day)
        start = service_day_start_s(leg.service_day, table.meta.time_zones[int(table.service_tz[leg.service])])
        board = int(table.call_start[leg.service]) + leg.from_call
        alight = int(table.call_start[leg.service]) + leg.to_call
        assert board < alight < int(table.call_start[leg.service + 1])
        assert table.call_flags[board] & CAN_BOARD
        assert table.call_flags[alight] & CAN_ALIGHT
        assert leg.departs_s == start + int(table.call_dep_s[board])
        assert leg.arrives_s == start + int(table.call_arr_s[alight])
        assert leg.departs_s >= ready[int(table.place_station[int(table.call_place[board])])]
        at = int(table.place_station[int(table.call_place[alight])])
        ready = {place: leg.arrives_s + takes for place, takes in change[at].items()}
        ready_here = {**ready, at: leg.arrives_s}
    assert ready_here[goal] == trip.arrives_s


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = "ABCDEF"[: draw(st.integers(3, 6))]
    world = World()
    minutes = st.sampled_from([0, 5, 10, 30])
    for name in names:
        world.station(name, connection_s=draw(minutes) * 60, tz=draw(st.sampled_from(ZONES)))
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(names), st.sampled_from(names), minutes), max_size=4, unique_by=lambda p: p[:2]
        )
    )
    for a, b, takes in pairs:
        world.footpath(a, b, takes * 60)
    for number in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, 40)) * 3600 + draw(st.integers(0, 11)) * 300
        calls = []
        for place in draw(st.lists(st.sampled_from(names), min_size=2, max_size=5)):
            arrives = at
            departs = arrives + draw(st.sampled_from([0, 60, 600]))
            flags = draw(st.sampled_from([BOTH, BOTH, BOTH, CAN_BOARD, CAN_ALIGHT]))
            calls.append(Call(place, arrives, departs, flags))
            at = departs + draw(st.sampled_from([0, 300, 1500, 3600, 30_000]))
        days = draw(st.lists(st.sampled_from([-2, -1, 0, 0, 1]), min_size=1, max_size=2, unique=True))
        world.add(
            Service(
                f"{number}",
                calls,
                tuple(DAY + day for day in days),
                mode=draw(st.sampled_from(["rail", "rail", "coach", "air"])),
                tz=draw(st.sampled_from(ZONES)),
            )
        )
    return world


class TestAgainstEveryTrip:
    @given(worlds(), st.integers(0, 3), st.sampled_from([None, ("rail",), ("coach", "air")]))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def test_small_networks(self, world: World, transfers: int, modes: tuple[str, ...] | None) -> None:
        table = world.build()
        planner = Planner(table)
        for origin, goal in itertools.islice(itertools.permutations(range(len(world.stations)), 2), 6):
            latest = window(table, origin, DAY)[1] + HORIZON_S
            expected = every_trip(table, origin, goal, DAY, transfers, latest, modes)
            found = planner.plan(origin, goal, DAY, max_transfers=transfers, modes=modes)
            assert points(found) == expected
            assert len(found) == len(expected)
            for trip in found:
                assert_rideable(table, origin, goal, trip)
            if modes is None:
                assert every_round(table, origin, goal, DAY, transfers, latest) == expected
