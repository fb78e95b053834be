from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.time import FixedClock, SystemClock, day_number, day_of, rfc3339, service_day_start_s


class TestServiceDays:
    @given(st.integers(-10_000, 60_000))
    def test_day_numbers_and_back(self, number: int) -> None:
        assert day_number(day_of(number)) == number

    def test_an_ordinary_day_starts_at_midnight(self) -> None:
        start = service_day_start_s(day_number(date(2026, 6, 1)), "Europe/Berlin")
        assert rfc3339(start, "Europe/Berlin") == "2026-06-01T00:00:00+02:00"

    def test_times_count_from_noon_when_the_clocks_change(self) -> None:
        # On 2026-03-29 the clocks in Berlin go forward at 02:00: "12:00:00" must still be noon.
        start = service_day_start_s(day_number(date(2026, 3, 29)), "Europe/Berlin")
        assert rfc3339(start + 12 * 3600, "Europe/Berlin") == "2026-03-29T12:00:00+02:00"


class TestClocks:
    def test_a_moved_clock_runs_on_from_its_start(self) -> None:
        start = datetime(2016, 6, 10, 8, tzinfo=UTC)
        assert 0 <= SystemClock(start).now_s() - int(start.timestamp()) <= 5

    def test_a_fixed_clock_stands_still(self) -> None:
        clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
        before = clock.now_s()
        clock.advance(60)
        assert clock.now_s() == before + 60
