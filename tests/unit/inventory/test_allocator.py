from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from unit.inventory.layouts import COUNTED, TRAIN, picture, train
from wayfare.services.inventory.domain.allocator import Seating, Wish, choose, give_back, take_named
from wayfare.services.inventory.domain.fit import tightest
from wayfare.services.inventory.domain.layout_index import VIRTUAL, LayoutIndex
from wayfare.services.inventory.domain.picture import Picture

SECTIONS = 6
ALL = (1 << SECTIONS) - 1
legs = st.integers(0, SECTIONS - 1).flatmap(lambda first: st.tuples(st.just(first), st.integers(first + 1, SECTIONS)))
some_taken = st.lists(st.tuples(st.integers(0, 23), st.integers(0, ALL)), max_size=60)
wishes = st.builds(
    Wish,
    st.lists(st.sampled_from(["window", "aisle", "lower"]), max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from([None, "A", "B", "Z"]),
    st.booleans(),
    st.booleans(),
)


def slots(seating: Seating | None) -> list[int]:
    assert seating is not None
    return [ride.slot for rides in seating for ride in rides]


def units(seating: Seating | None) -> list[str]:
    return [TRAIN.layout.units[slot].unit_id for slot in slots(seating)]


class TestChoose:
    @given(some_taken, legs, st.integers(1, 6), wishes, st.booleans())
    def test_never_picks_what_is_taken_and_finds_what_is_free(
        self, taken: list[tuple[int, int]], leg: tuple[int, int], passengers: int, wish: Wish, from_top: bool
    ) -> None:
        seen = picture(TRAIN, SECTIONS, taken)
        before = list(seen.free)
        candidates = seen.common(*leg) & TRAIN.cabins["second"]
        needed = candidates & TRAIN.accessible if wish.accessible else candidates
        seating = choose(seen, "second", *leg, passengers, wish, from_top=from_top)
        if needed and candidates.bit_count() >= passengers:
            assert seating is not None
            assert all(len(rides) == 1 for rides in seating)
        elif not wish.seat_change:
            assert seating is None
        if seating is None:
            assert seen.free == before
            return
        assert len(seating) == passengers
        for number, rides in enumerate(seating):
            allowed = TRAIN.cabins["second"] & (TRAIN.accessible if wish.accessible and number == 0 else -1)
            assert [section for ride in rides for section in range(ride.from_call, ride.to_call)] == list(range(*leg))
            assert len(rides) <= 2
            for slot, first, last in rides:
                assert allowed >> slot & 1
                for section in range(first, last):
                    assert before[section] >> slot & 1
                    before[section] &= ~(1 << slot)  # and nobody else has it
        assert seen.free == before

    @given(some_taken, legs, st.integers(1, 6), wishes)
    def test_can_be_undone(
        self, taken: list[tuple[int, int]], leg: tuple[int, int], passengers: int, wish: Wish
    ) -> None:
        seen = picture(TRAIN, SECTIONS, taken)
        before = list(seen.free)
        give_back(seen, choose(seen, "second", *leg, passengers, wish) or [])
        assert seen.free == before

    def test_wishes_are_met_where_they_can_be(self) -> None:
        assert units(choose(picture(TRAIN, 1), "second", 0, 1, 1, Wish(("aisle",), coach="B"))) == ["B-2"]
        assert units(choose(picture(TRAIN, 1), "second", 0, 1, 1, Wish(("bed",), coach="B"))) == ["B-1"]
        assert units(choose(picture(TRAIN, 1), "second", 0, 1, 1, Wish(coach="C"))) == ["A-3"]

    def test_accessible_units_are_kept_for_who_needs_them(self) -> None:
        seen = picture(TRAIN, 1)
        assert "A-1" not in units(choose(seen, "second", 0, 1, 6, Wish()))
        assert units(choose(seen, "second", 0, 1, 2, Wish(accessible=True))) == ["A-1", "A-2"]
        assert choose(seen, "second", 0, 1, 1, Wish(accessible=True)) is None

    def test_the_first_of_a_party_is_accessible_and_the_others_beside(self) -> None:
        seen = picture(TRAIN, 1)
        first = units(choose(seen, "second", 0, 1, 3, Wish(accessible=True)))
        assert first[0] in ("A-1", "A-2")
        assert {TRAIN.layout.units[TRAIN.by_unit_id[unit]].row for unit in first} == {0}
        second = units(choose(seen, "second", 0, 1, 4, Wish(accessible=True)))
        assert second[0] in {"A-1", "A-2"} - {first[0]}
        assert {unit[0] for unit in second} == {"A"}
        assert choose(seen, "second", 0, 1, 2, Wish(accessible=True)) is None
        apart = units(choose(picture(TRAIN, 1), "second", 0, 1, 3, Wish(together=False, accessible=True)))
        assert apart[0] in ("A-1", "A-2")
        assert not {"A-1", "A-2"} & set(apart[1:])

    def test_everything_is_sold_in_the_end(self) -> None:
        seen = picture(TRAIN, 1)
        chosen = [units(choose(seen, "second", 0, 1, 1, Wish()))[0] for _ in range(24)]
        assert len(set(chosen)) == 24
        assert set(chosen[-2:]) == {"A-1", "A-2"}

    def test_processes_begin_at_opposite_ends(self) -> None:
        assert units(choose(picture(TRAIN, 1), "first", 0, 1, 1, Wish())) == ["C-1"]
        assert units(choose(picture(TRAIN, 1), "first", 0, 1, 1, Wish(), from_top=True)) == ["C-12"]

    def test_an_unknown_cabin_has_nothing(self) -> None:
        assert choose(picture(TRAIN, 1), "third", 0, 1, 1, Wish()) is None


class TestParties:
    def test_in_one_bay(self) -> None:
        seen = picture(TRAIN, 1, [(12, 1), (14, 1)])
        for _ in range(9):
            first, second = slots(choose(seen, "second", 0, 1, 2, Wish()))
            assert TRAIN.layout.units[first].bay == TRAIN.layout.units[second].bay

    def test_in_one_row_when_no_bay_will_do(self) -> None:
        assert units(choose(picture(TRAIN, 1), "second", 0, 1, 4, Wish())) == ["A-5", "A-6", "A-7", "A-8"]
        scattered = [(slot, 1) for slot in range(24) if slot not in (1, 4, 6, 12, 18)]
        assert units(choose(picture(TRAIN, 1, scattered), "second", 0, 1, 2, Wish())) == ["A-5", "A-7"]

    def test_beside_each_other_when_no_row_will_do(self) -> None:
        chosen = slots(choose(picture(TRAIN, 1), "second", 0, 1, 6, Wish()))
        assert chosen == list(range(chosen[0], chosen[0] + 6))
        assert len({TRAIN.layout.units[slot].coach for slot in chosen}) == 1

    def test_in_one_coach_when_nothing_is_adjacent(self) -> None:
        scattered = [(slot, 1) for slot in range(24) if slot not in (2, 8, 13, 17, 21)]
        assert units(choose(picture(TRAIN, 1, scattered), "second", 0, 1, 3, Wish())) == ["B-2", "B-6", "B-10"]

    def test_anywhere_rather_than_not_at_all(self) -> None:
        scattered = [(slot, 1) for slot in range(24) if slot not in (2, 8, 13, 17)]
        assert sorted(slots(choose(picture(TRAIN, 1, scattered), "second", 0, 1, 4, Wish()))) == [2, 8, 13, 17]

    def test_the_group_that_meets_most_wishes(self) -> None:
        taken = [(slot, 1) for slot in range(24) if slot not in (4, 5, 6, 16, 19)]
        chosen = units(choose(picture(TRAIN, 1, taken), "second", 0, 1, 2, Wish(("window",))))
        assert chosen == ["A-5", "A-6"]  # a bay comes before two windows of one row
        assert units(choose(picture(TRAIN, 1), "second", 0, 1, 2, Wish(coach="B"))) == ["B-1", "B-2"]

    def test_apart_if_they_like_that_better(self) -> None:
        seating = choose(picture(TRAIN, 1), "second", 0, 1, 3, Wish(("window",), together=False))
        assert all("window" in TRAIN.layout.units[slot].features for slot in slots(seating))


class TestSeatChange:
    def test_one_change_when_no_unit_is_free_throughout(self) -> None:
        half = [(slot, 0b111 if slot % 2 else 0b111000) for slot in range(24)]
        assert choose(picture(TRAIN, SECTIONS, half), "second", 1, 5, 1, Wish()) is None
        seating = choose(picture(TRAIN, SECTIONS, half), "second", 1, 5, 1, Wish(seat_change=True))
        assert seating is not None
        assert [(ride.from_call, ride.to_call) for ride in seating[0]] == [(1, 3), (3, 5)]

    @given(some_taken, legs)
    def test_is_found_whenever_there_is_one(self, taken: list[tuple[int, int]], leg: tuple[int, int]) -> None:
        first, last = leg
        seen = picture(TRAIN, SECTIONS, taken)
        cabin = TRAIN.cabins["second"]
        possible = seen.common(first, last) & cabin or any(
            seen.common(first, change) & cabin and seen.common(change, last) & cabin
            for change in range(first + 1, last)
        )
        assert bool(possible) == (choose(seen, "second", *leg, 1, Wish(seat_change=True)) is not None)


class TestCounted:
    @given(
        st.lists(st.tuples(st.integers(VIRTUAL, VIRTUAL + 6), st.integers(0, ALL)), max_size=12),
        st.lists(st.tuples(legs, st.integers(1, 3)), max_size=12),
    )
    def test_a_section_carries_exactly_what_is_authorised(
        self, taken: list[tuple[int, int]], requests: list[tuple[tuple[int, int], int]]
    ) -> None:
        seen = picture(COUNTED, SECTIONS, taken)
        load = [7 - free.bit_count() for free in seen.free]
        for leg, passengers in requests:
            fits = all(load[section] + passengers <= 7 for section in range(*leg))
            seating = choose(seen, "seat", *leg, passengers, Wish())
            assert (seating is not None) == fits
            if fits:
                for section in range(*leg):
                    load[section] += passengers
            assert [7 - free.bit_count() for free in seen.free] == load

    def test_promises_no_accessible_place(self) -> None:
        assert choose(picture(COUNTED, 1), "seat", 0, 1, 1, Wish(accessible=True)) is None


class TestTakeNamed:
    def test_all_or_nothing(self) -> None:
        seen = picture(TRAIN, 2, [(3, 0b01), (5, 0b10)])
        before = list(seen.free)
        assert take_named(seen, (2, 3, 5), 0, 2) == (None, [3, 5])
        assert seen.free == before
        seating, taken = take_named(seen, (3, 4), 1, 2)
        assert slots(seating) == [3, 4]
        assert taken == []
        assert not seen.free[1] & 0b11000


def gap(seen: Picture, slot: int, first: int, last: int) -> tuple[int, int]:
    before, after = first, last
    while before > 0 and seen.free[before - 1] >> slot & 1:
        before -= 1
    while after < seen.sections and seen.free[after] >> slot & 1:
        after += 1
    return first - before, after - last


class TestTightest:
    @given(some_taken, legs)
    def test_leaves_the_smallest_gap(self, taken: list[tuple[int, int]], leg: tuple[int, int]) -> None:
        seen = picture(TRAIN, SECTIONS, taken)
        candidates = seen.common(*leg)
        if not candidates:
            return
        best = tightest(seen, candidates, *leg)
        gaps = {slot: gap(seen, slot, *leg) for slot in range(36) if candidates >> slot & 1}
        closed = [before + after for before, after in gaps.values() if not before or not after]
        for slot in range(36):
            if best >> slot & 1:
                before, after = gaps[slot]
                if closed:
                    assert (before + after) == min(closed)
                    assert not before or not after
                else:
                    assert (before, after) == min(gaps.values())

    def test_long_rides_stay_sellable(self) -> None:
        seen = picture(TRAIN, SECTIONS)
        short = [slots(choose(seen, "first", first, first + 1, 1, Wish()))[0] for first in range(SECTIONS)]
        assert len(set(short)) == 1


class TestTime:
    def test_a_choice_takes_microseconds_on_a_long_train(self) -> None:
        """A generous bound: the goal is 200 µs at worst, on a machine that does nothing else."""
        index = LayoutIndex(train([f"C{i}" for i in range(20)], 12))
        seen = picture(index, 110)
        for party in (1, 2, 4, 9):
            started = time.perf_counter()
            for first in range(100):
                choose(seen, "second", first, first + 7, party, Wish(("window",)))
            assert (time.perf_counter() - started) / 100 < 0.002
