from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unit.inventory.layouts import COUNTED, TRAIN, picture
from wayfare.services.inventory.domain.layout_index import VIRTUAL

SECTIONS = 9
taken_units = st.lists(st.tuples(st.integers(0, 40), st.integers(0, (1 << 128) - 1)), max_size=50)


class TestTakeUnits:
    @given(taken_units, taken_units)
    def test_marks_exactly_what_is_taken(self, at_first: list[tuple[int, int]], later: list[tuple[int, int]]) -> None:
        seen = picture(TRAIN, SECTIONS, at_first)
        seen.take_units(later)
        for section in range(SECTIONS):
            taken = {unit for unit, mask in at_first + later if mask >> section & 1}
            assert seen.free[section] == sum(1 << unit for unit in range(36) if unit not in taken)

    def test_knows_what_was_read(self) -> None:
        seen = picture(TRAIN, SECTIONS, [(3, 1)])
        seen.take_units([(4, 1)])
        seen.take(5, 0, 2)
        assert seen.as_read().free == picture(TRAIN, SECTIONS, [(3, 1)]).free


class TestTakeAndGive:
    @given(st.integers(0, 35), st.integers(0, SECTIONS - 1), st.integers(1, SECTIONS))
    def test_undo_each_other(self, slot: int, first: int, length: int) -> None:
        seen, last = picture(TRAIN, SECTIONS), min(SECTIONS, first + length)
        seen.take(slot, first, last)
        assert not seen.common(first, last) >> slot & 1
        seen.give(slot, first, last)
        assert seen.free == picture(TRAIN, SECTIONS).free


class TestCount:
    def test_units_free_on_the_whole_leg(self) -> None:
        seen = picture(TRAIN, SECTIONS, [(0, 0b1), (1, 0b10), (30, 0b11)])
        assert seen.count(0, 2) == {"second": 22, "first": 11}
        assert seen.count(1, 2) == {"second": 23, "first": 11}
        seen.take(5, 1, 2)
        assert seen.count(1, 2) == {"second": 22, "first": 11}

    def test_the_fullest_section_of_a_counted_cabin(self) -> None:
        seen = picture(COUNTED, SECTIONS, [(VIRTUAL, 0b1), (VIRTUAL + 1, 0b110), (VIRTUAL + 2, 0b100)])
        assert seen.count(0, 2) == {"seat": 6}
        assert seen.count(0, 3) == {"seat": 5}
