from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey, lowest_key, month_after, month_of
from wayfare.kernel.ids import departure_id, new_hold_id, uuid7
from wayfare.kernel.time import day_number

DAYS = st.dates(date(2000, 1, 1), date(2150, 12, 31))


@given(DAYS, st.integers(1, 2**32 - 1))
def test_a_departure_lies_in_its_month(day: date, service_no: int) -> None:
    month = month_of(day)
    departure = departure_id(day_number(day), service_no)
    low = lowest_key(PartitionKey.DEPARTURE_ID, month)
    high = lowest_key(PartitionKey.DEPARTURE_ID, month_after(month))
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert low <= departure < high


@given(DAYS)
def test_a_hold_lies_in_the_month_of_its_departure(day: date) -> None:
    month = month_of(day)
    hold = new_hold_id(departure_id(day_number(day), 1))
    low = lowest_key(PartitionKey.DAY_UUID, month)
    high = lowest_key(PartitionKey.DAY_UUID, month_after(month))
    assert str(low) <= str(hold) < str(high)


def test_an_id_made_now_lies_in_this_month() -> None:
    today = date.today()  # noqa: DTZ011 - compared with itself below; the month's last minute is not worth more
    low, high = (lowest_key(PartitionKey.UUID7, month_after(month_of(today), n)) for n in (-1, 2))
    assert str(low) <= str(uuid7()) < str(high)


def test_the_instant_of_a_version_7_bound_is_midnight_utc() -> None:
    bound = lowest_key(PartitionKey.UUID7, date(2026, 11, 1))
    assert str(bound) == "01a19467-e800-0000-0000-000000000000"
    assert int(str(bound).replace("-", "")[:12], 16) == 1_793_491_200_000


@given(DAYS, st.integers(-500, 500))
def test_months_count_both_ways(day: date, count: int) -> None:
    month = month_of(day)
    if month_after(month, 0).year + count // 12 > 1:
        assert month_after(month_after(month, count), -count) == month


def test_names_and_refusals() -> None:
    partitions = MonthlyPartitions("inventory.occupancy", PartitionKey.DEPARTURE_ID)
    assert partitions.name(date(2026, 11, 21)) == "occupancy_2026_11"
    with pytest.raises(ValueError, match=r"schema\.table"):
        MonthlyPartitions("occupancy; DROP TABLE x", PartitionKey.DEPARTURE_ID)
    with pytest.raises(ValueError, match="2000-01-01"):
        lowest_key(PartitionKey.DEPARTURE_ID, date(1999, 12, 1))
