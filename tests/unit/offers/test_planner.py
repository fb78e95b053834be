"""The planner against searches that try everything, and case by case."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unit.offers.brute_force import Point, every_round, every_trip, ways, window
from unit.offers.worlds import BOTH, DAY, Call, Service, World
from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, NOT_SOLD, RETIRED, Timetable
from wayfare.kernel.time import service_day_start_s
from wayfare.services.offers.adapters.planner.day import HORIZON_S, build_day
from wayfare.services.offers.adapters.planner.network import Network
from wayfare.services.offers.adapters.planner.planner import Planner
from wayfare.services.offers.adapters.planner.search import compiled
from wayfare.services.offers.domain.trips import Trip

ZONES = ("UTC", "Europe/Berlin", "America/New_York")


def points(trips: list[Trip]) -> set[Point]:
    return {(trip.departs_s, trip.arrives_s, trip.transfers) for trip in trips}


def clock(trip: Trip) -> str:
    """ "08:00-09:40": when a trip leaves and arrives, UTC."""
    times = (datetime.fromtimestamp(at, UTC) for at in (trip.departs_s, trip.arrives_s))
    return "-".join(f"{at:%H:%M}" for at in times)


def rides(trip: Trip) -> list[tuple[int, int, int]]:
    return [(leg.service, leg.from_call, leg.to_call) for leg in trip.legs]


def plan(world: World, origin: str, goal: str, **options: object) -> list[Trip]:
    keys = list(world.stations)
    return Planner(world.build()).plan(keys.index(origin), keys.index(goal), DAY, **options)  # type: ignore[arg-type]


def assert_rideable(table: Timetable, origin: int, goal: int, trip: Trip) -> None:
    """Every leg runs, may be boarded and left, and there is time for every change."""
    change = ways(table)
    ready = {place: trip.departs_s + takes for place, takes in change[origin].items()} | {origin: trip.departs_s}
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
        there = {**ready, at: leg.arrives_s}
    assert there[goal] == trip.arrives_s


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = "ABCDEF"[: draw(st.integers(3, 6))]
    world = World()
    minutes = st.sampled_from([0, 5, 10, 30])
    for name in names:
        world.station(name, connection_s=draw(minutes) * 60, tz=draw(st.sampled_from(ZONES)))
    footpath = st.tuples(st.sampled_from(names), st.sampled_from(names), minutes)
    for a, b, takes in draw(st.lists(footpath, max_size=4, unique_by=lambda path: path[:2])):
        world.footpath(a, b, takes * 60)
    for number in range(draw(st.integers(1, 9))):
        at = draw(st.integers(0, 40)) * 3600 + draw(st.integers(0, 11)) * 300
        calls = []
        for place in draw(st.lists(st.sampled_from(names), min_size=2, max_size=6)):
            arrives = at
            departs = arrives + draw(st.sampled_from([0, 60, 600]))
            flags = draw(st.sampled_from([BOTH, BOTH, BOTH, CAN_BOARD, CAN_ALIGHT]))
            calls.append(Call(place, arrives, departs, flags))
            at = departs + draw(st.sampled_from([0, 300, 1500, 3600, 30_000]))
        days = draw(st.lists(st.sampled_from([-2, -1, 0, 0, 1]), min_size=1, max_size=3, unique=True))
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


class TestAgainstSearchesThatTryEverything:
    @given(worlds(), st.integers(0, 3), st.sampled_from([None, ("rail",), ("coach", "air")]))
    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    def test_small_networks(self, world: World, transfers: int, modes: tuple[str, ...] | None) -> None:
        table = world.build()
        planner = Planner(table)
        for origin, goal in itertools.islice(itertools.permutations(range(len(world.stations)), 2), 8):
            latest = window(table, origin, DAY)[1] + HORIZON_S
            expected = every_trip(table, origin, goal, DAY, transfers, latest, modes)
            found = planner.plan(origin, goal, DAY, max_transfers=transfers, modes=modes)
            assert points(found) == expected
            assert len(found) == len(expected)
            for trip in found:
                assert_rideable(table, origin, goal, trip)
            if modes is None:
                assert every_round(table, origin, goal, DAY, transfers, latest) == expected

    @given(worlds(), st.integers(0, 30), st.integers(0, 60))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def test_leaving_later_and_arriving_by_only_leave_trips_out(self, world: World, later: int, sooner: int) -> None:
        planner = Planner(world.build())
        low, high = window(planner.timetable, 0, DAY)
        earliest, latest = low + later * 3600, high + sooner * 3600
        every = points(planner.plan(0, 1, DAY))
        chosen = points(planner.plan(0, 1, DAY, earliest_s=earliest, arrive_by_s=latest))
        assert chosen == {point for point in every if point[0] >= earliest and point[1] <= latest}

    @pytest.mark.parametrize("seed", range(8))
    def test_busy_networks(self, seed: int) -> None:
        """Many departures, also of days before, so that most stations are reached again and again."""
        random = np.random.default_rng(seed)
        names = "ABCDEFGHIJ"
        world = World()
        for name in names:
            world.station(name, connection_s=int(random.choice([0, 300, 2400])))
        for a, b in itertools.pairwise(random.permutation(list(names))[:5]):
            world.footpath(str(a), str(b), int(random.choice([300, 1800])))
        for number in range(70):
            at = int(random.integers(0, 60 * 3600)) // 60 * 60
            calls = []
            for place in random.choice(list(names), int(random.integers(2, 6)), replace=False):
                calls.append(Call(str(place), at, at + 120))
                at += int(random.integers(10, 150)) * 60
            world.add(Service(f"{number}", calls, tuple(range(DAY - 3, DAY + 3))))
        planner = Planner(world.build())
        for origin, goal in itertools.islice(itertools.permutations(range(len(names)), 2), seed, 90, 11):
            latest = window(planner.timetable, origin, DAY)[1] + HORIZON_S
            expected = every_round(planner.timetable, origin, goal, DAY, 3, latest)
            assert points(planner.plan(origin, goal, DAY)) == expected


class TestDepartures:
    def test_direct_and_with_a_change(self) -> None:
        world = (
            World().service("slow", "A 08:00 B 12:00").service("1", "A 08:00 C 09:00").service("2", "C 09:05 B 10:00")
        )
        assert [(clock(trip), trip.transfers) for trip in plan(world, "A", "B")] == [
            ("08:00-12:00", 0),
            ("08:00-10:00", 1),
        ]
        assert [clock(trip) for trip in plan(world, "A", "B", max_transfers=0)] == ["08:00-12:00"]

    def test_of_the_days_before_that_are_still_running(self) -> None:
        world = World().service("far", "A 10:00 B 86:00/86:30 C 90:00", days=(-3,))
        assert [clock(trip) for trip in plan(world, "B", "C")] == ["14:30-18:00"]

    def test_past_midnight_count_to_the_date_they_leave_on(self) -> None:
        world = World().service("night", "A 24:30 B 30:00", days=(-1, 0))
        (trip,) = plan(world, "A", "B")
        assert trip.legs[0].service_day == DAY - 1

    def test_the_date_is_that_of_the_origin(self) -> None:
        world = World().station("A", tz="Asia/Tokyo").station("B", tz="America/New_York")
        world.service("1", "A 15:30 B 20:00", days=(-1,)).service("2", "A 14:30 B 20:00", days=(-1, 0))
        assert [clock(trip) for trip in plan(world, "A", "B")] == ["15:30-20:00", "14:30-20:00"]

    def test_the_day_the_clocks_change_has_its_own_length(self) -> None:
        sunday = -78  # 2026-03-29: 02:00 becomes 03:00 in Berlin
        world = World().station("A", tz="Europe/Berlin")
        world.service("1", "A 00:30 B 01:00", days=(sunday,), tz="Europe/Berlin")
        world.service("2", "A 23:30 B 24:00", days=(sunday,), tz="Europe/Berlin")
        world.service("3", "A 24:10 B 24:30", days=(sunday,), tz="Europe/Berlin")
        trips = Planner(world.build()).plan(0, 1, DAY + sunday)
        # GTFS times count from noon minus twelve hours: at 00:30 the clocks still show 23:30 of Saturday.
        assert [clock(trip) for trip in trips] == ["21:30-22:00"]

    def test_retired_and_unsold_services_are_not_planned(self) -> None:
        world = World().service("1", "A 08:00 B 09:00", status=RETIRED).service("2", "A 08:30 B 09:30", status=NOT_SOLD)
        assert plan(world, "A", "B") == []

    def test_where_nobody_may_board_or_alight(self) -> None:
        calls = [Call("A", 0, 0, CAN_ALIGHT), Call("B", 60, 60), Call("C", 120, 120, CAN_BOARD), Call("D", 180, 180)]
        world = World().add(Service("1", calls, (DAY,)))
        assert plan(world, "A", "D") == []
        assert plan(world, "B", "C") == []
        assert len(plan(world, "B", "D")) == 1

    def test_only_the_modes_asked_for(self) -> None:
        world = World().service("1", "A 08:00 B 10:00").service("2", "A 08:00 B 09:00", mode="air", line="F")
        assert [clock(trip) for trip in plan(world, "A", "B", modes=("rail",))] == ["08:00-10:00"]
        assert [clock(trip) for trip in plan(world, "A", "B", modes=("rail", "air"))] == ["08:00-09:00"]
        assert plan(world, "A", "B", modes=("ferry",)) == []

    def test_none_without_service(self) -> None:
        world = World().service("1", "A 08:00 B 09:00", days=(40,))
        assert plan(world, "A", "B") == []
        assert plan(World().station("A").station("B").service("x", "C 08:00 D 09:00"), "A", "B") == []

    def test_a_trip_needs_two_places(self) -> None:
        with pytest.raises(ValueError, match="two places"):
            plan(World().service("1", "A 08:00 B 09:00"), "A", "A")


class TestChanges:
    def world(self, connects_at: str, **station: object) -> World:
        world = World().station("A").station("X", **station)
        return world.service("1", "A 08:00 X 09:00").service("2", f"X {connects_at} B 10:00")

    def test_take_the_minimum_time_of_the_station(self) -> None:
        assert plan(self.world("09:05", connection_s=300), "A", "B")
        assert not plan(self.world("09:04", connection_s=300), "A", "B")

    def test_a_footpath_onto_itself_overrides_it(self) -> None:
        assert plan(self.world("09:02", connection_s=300).footpath("X", "X", 120), "A", "B")
        assert not plan(self.world("09:05", connection_s=300).footpath("X", "X", 600), "A", "B")

    def test_between_platforms_of_a_station(self) -> None:
        world = World().station("X", connection_s=300)
        world.station("X1", parent="X").station("X2", parent="X")
        world.service("1", "A 08:00 X1 09:00").service("2", "X2 09:05 B 10:00").service("3", "X2 09:04 B 09:30")
        (trip,) = plan(world, "A", "B")
        assert clock(trip) == "08:00-10:00"

    def test_on_foot_between_stations(self) -> None:
        world = World().service("1", "A 08:00 X 09:00").service("2", "Y 09:10 B 10:00").footpath("X", "Y", 600)
        assert [clock(trip) for trip in plan(world, "A", "B")] == ["08:00-10:00"]
        assert not plan(
            World().service("1", "A 08:00 X 09:00").service("2", "Y 09:10 B 10:00").footpath("Y", "X", 600), "A", "B"
        )

    def test_footpaths_are_not_chained(self) -> None:
        world = World().station("Z").service("1", "A 08:00 X 09:00").service("2", "Y 11:00 B 12:00")
        assert not plan(world.footpath("X", "Z", 60).footpath("Z", "Y", 60), "A", "B")

    def test_happen_where_most_time_is_left(self) -> None:
        world = World().service("1", "A 08:00 P 09:00/09:01 Q 10:00/10:01 R 11:00")
        world.service("2", "P 09:10 Q 10:20 R 11:20 B 12:00")
        (trip,) = plan(world, "A", "B")
        assert rides(trip) == [(0, 0, 2), (1, 1, 3)]  # 20 minutes at Q (and at R, later), 10 at P

    def test_from_one_operator_mode_and_feed_to_another(self) -> None:
        world = World().station("Q", feed="g")
        world.service("1", "A 08:00 P 09:00", operator="one")
        world.service("2", "Q 10:00 B 12:00", operator="two", feed="g", mode="air", line="F").footpath("P", "Q", 1800)
        assert len(plan(world, "A", "B")) == 1


class TestWalking:
    def test_first_and_last(self) -> None:
        world = World().station("A").station("B").service("1", "A2 08:00 B2 09:00")
        world.footpath("A", "A2", 600).footpath("B2", "B", 300)
        (trip,) = plan(world, "A", "B")
        assert clock(trip) == "07:50-09:05"
        assert (trip.walk_before_s, trip.walk_after_s, trip.transfers) == (600, 300, 0)

    def test_the_walk_counts_to_the_date(self) -> None:
        world = World().station("A").service("1", "A2 00:05 B 09:00", days=(0, 1)).footpath("A", "A2", 600)
        (trip,) = plan(world, "A", "B")
        assert trip.legs[0].service_day == DAY + 1  # one leaves the house at 23:55

    def test_nobody_is_sent_all_the_way_on_foot(self) -> None:
        world = World().station("A").station("B").footpath("A", "B", 600).service("1", "C 08:00 D 09:00")
        assert plan(world, "A", "B") == []

    def test_is_weighed_against_riding_on(self) -> None:
        world = World().station("B").service("1", "A 08:00 B2 09:00/09:00 B 09:04").footpath("B2", "B", 300)
        (trip,) = plan(world, "A", "B")
        assert clock(trip) == "08:00-09:04"


class TestOrder:
    def test_of_equals_the_same_one_is_found_every_time(self) -> None:
        world = World().service("1", "A 08:00 X 09:00").service("2", "A 08:00 Y 09:00")
        world.service("3", "X 09:30 B 10:00").service("4", "Y 09:30 B 10:00")
        found = {tuple(rides(plan(world, "A", "B")[0])) for _ in range(3)}
        assert len(found) == 1

    def test_by_departure_then_fewest_transfers(self) -> None:
        world = (
            World().service("slow", "A 08:00 B 12:00").service("1", "A 08:00 C 09:00").service("2", "C 09:05 B 10:00")
        )
        world.service("first", "A 06:00 B 07:00")
        trips = plan(world, "A", "B")
        assert [(clock(trip)[:5], trip.transfers) for trip in trips] == [("06:00", 0), ("08:00", 0), ("08:00", 1)]


class TestDays:
    def test_are_kept_within_their_bounds(self) -> None:
        table = World().service("1", "A 08:00 B 09:00", days=tuple(range(30))).build()
        planner = Planner(table, days_bytes_max=3 * build_day(Planner(table).network, DAY).nbytes)
        for day in range(10):
            planner.plan(0, 1, DAY + day)
        assert planner.find_day(DAY) is None
        assert planner.find_day(DAY + 9) is not None
        assert sum(planner.find_day(DAY + day) is not None for day in range(10)) <= 4

    def test_boarding_events_stand_by_station_and_time(self) -> None:
        """Also where most calls of the departures still running were on the days before."""
        text = " ".join(f"{place} {hour}:00" for hour, place in zip(range(0, 90, 4), "ABCDE" * 5, strict=False))
        world = World()
        for number in range(6):
            world.service(f"{number}", text, days=tuple(range(-3, 2)))
        built = build_day(Network.of(world.build()), DAY)
        arrays = built.arrays
        for station in range(len(built.stations)):
            events = slice(arrays.event_start[station], arrays.event_start[station + 1])
            assert set(arrays.at[arrays.event_call[events]].tolist()) == {station}
            times = arrays.event_dep[events]
            assert np.array_equal(times, arrays.dep[arrays.event_call[events]])
            assert np.all(np.diff(times) >= 0)
            assert times[0] >= 0

    def test_a_timetable_without_services_can_be_planned_on(self) -> None:
        table = World().station("A").station("B").build()
        planner = Planner(table)
        planner.warm()
        assert planner.plan(0, 1, DAY) == []


class TestCompiling:
    def test_works_where_nothing_can_be_kept_on_disk(self) -> None:
        """A function without a file: numba cannot say where to keep its code, as in a read-only installation."""
        names: dict[str, object] = {}
        exec("def double(x):\n    return x + x", names)
        assert compiled(names["double"])(21) == 42  # type: ignore[operator]
