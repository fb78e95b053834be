from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.time import day_number
from wayfare.services.catalogue.domain.gtfs.values import (
    AIR,
    BLANK,
    COACH,
    DAY_MAX,
    FERRY,
    RAIL,
    format_time,
    parse_day,
    parse_last_day,
    parse_mode,
    parse_time,
)


class TestParseTime:
    @given(st.integers(0, 999 * 3600 + 3599))
    def test_reads_what_it_writes(self, seconds: int) -> None:
        assert parse_time(format_time(seconds)) == seconds

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("9:05:00", 32_700), ("09:05:00", 32_700), ("86:10:00", 310_200), ("0:0:0", 0), ("7:30", 27_000), ("", BLANK)],
    )
    def test_forms_that_feeds_use(self, text: str, seconds: int) -> None:
        assert parse_time(text) == seconds

    @given(st.text(max_size=12))
    def test_never_raises(self, text: str) -> None:
        seconds = parse_time(text)
        assert seconds is None or seconds >= BLANK

    @pytest.mark.parametrize("text", ["8:60:00", "8:00:61", "-1:00:00", "noon", "8.30", "8:00:00 am", "٨:00:00x"])
    def test_what_is_no_time(self, text: str) -> None:
        assert parse_time(text) is None


class TestParseDay:
    @given(st.dates(date(2000, 1, 1), date(2179, 1, 1)))
    def test_reads_every_date(self, day: date) -> None:
        assert parse_day(f"{day:%Y%m%d}") == day_number(day)
        assert parse_day(day.isoformat()) == day_number(day)

    @pytest.mark.parametrize("text", ["", "20260230", "2026", "19991231", "29990101", "2026/01/01"])
    def test_what_is_no_date(self, text: str) -> None:
        assert parse_day(text) is None


class TestParseLastDay:
    @given(st.dates(date(2000, 1, 1), date(2179, 1, 1)))
    def test_reads_every_date(self, day: date) -> None:
        assert parse_last_day(f"{day:%Y%m%d}") == day_number(day)

    def test_no_end_is_the_last_day_there_is(self) -> None:
        assert parse_last_day("99991231") == DAY_MAX

    @pytest.mark.parametrize("text", ["", "99991332", "19991231", "never"])
    def test_what_is_no_date(self, text: str) -> None:
        assert parse_last_day(text) is None


class TestParseMode:
    @pytest.mark.parametrize(
        ("kind", "mode"),
        [("2", RAIL), ("0", RAIL), ("3", COACH), ("11", COACH), ("4", FERRY), ("101", RAIL), ("200", COACH),
         ("714", COACH), ("1000", FERRY), ("1100", AIR), ("1102", AIR), ("1200", FERRY), ("99", None), ("1700", COACH),
         ("", None), ("rail", None), ("-1", None)],
    )  # fmt: skip
    def test_basic_and_extended_types(self, kind: str, mode: int | None) -> None:
        assert parse_mode(kind) == mode
