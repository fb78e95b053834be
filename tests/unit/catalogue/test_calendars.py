from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.time import day_of
from wayfare.services.catalogue.domain.calendars import DAYS_MAX, NEVER, Calendar, weekly_mask

days = st.integers(0, 65_000)
day_sets = st.integers(0, 60_000).flatmap(lambda start: st.sets(st.integers(start, start + 400), max_size=60))


class TestCalendar:
    @given(day_sets)
    def test_holds_exactly_its_days(self, chosen: set[int]) -> None:
        calendar = Calendar.of(chosen)
        assert calendar.days() == sorted(chosen)
        assert bool(calendar) == bool(chosen)
        if chosen:
            assert calendar.runs[0] == 1
            assert calendar.runs[-1] == 1

    @given(day_sets, day_sets)
    def test_equal_days_mean_equal_keys(self, one: set[int], other: set[int]) -> None:
        assert (Calendar.of(one).key == Calendar.of(other).key) == (one == other)

    @given(day_sets, day_sets)
    def test_without_and_including(self, one: set[int], other: set[int]) -> None:
        assert Calendar.of(one).without(other) == Calendar.of(one - other)
        assert Calendar.of(one).including(other) == Calendar.of(one | other)

    @given(day_sets, days)
    def test_contains(self, chosen: set[int], day: int) -> None:
        assert (day in Calendar.of(chosen)) == (day in chosen)

    def test_never(self) -> None:
        assert Calendar.of([]) == NEVER
        assert not NEVER


class TestWeeklyMask:
    @given(st.integers(0, 60_000), st.integers(-3, 800), st.integers(0, 127))
    def test_agrees_with_the_calendar_of_the_standard_library(self, first: int, length: int, weekdays: int) -> None:
        expected = [first + i for i in range(length) if weekdays >> (day_of(first) + timedelta(days=i)).weekday() & 1]
        assert Calendar.of_mask(weekly_mask(first, first + length - 1, weekdays)).days() == expected

    def test_a_typing_error_does_not_fill_memory(self) -> None:
        assert len(Calendar.of_mask(weekly_mask(0, 65_535, 127)).runs) == DAYS_MAX
