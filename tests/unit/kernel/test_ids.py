from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel import ids
from wayfare.kernel.errors import NotFound
from wayfare.kernel.time import day_number

DAYS = st.integers(day_number(date(2000, 1, 1)), day_number(date(2150, 1, 1)))
SERVICES = st.integers(1, 2**32 - 1)


class TestDepartureIds:
    @given(DAYS, SERVICES)
    def test_public_form_and_back(self, day: int, service: int) -> None:
        departure = ids.departure_id(day, service)
        assert ids.parse_departure(ids.format_departure(departure)) == departure
        assert (ids.departure_day(departure), ids.departure_service(departure)) == (day, service)

    @given(DAYS, SERVICES, SERVICES)
    def test_a_later_day_has_a_greater_id(self, day: int, a: int, b: int) -> None:
        assert ids.departure_id(day, a) < ids.departure_id(day + 1, b)

    @pytest.mark.parametrize(
        "text", ["", "x", "20261301-1", "20260230-1", "20261121-0", "20261121-99999999999", "19991231-1"]
    )
    def test_what_is_none_is_not_found(self, text: str) -> None:
        with pytest.raises(NotFound):
            ids.parse_departure(text)


class TestHoldIds:
    def test_begin_with_the_day(self) -> None:
        departure = ids.departure_id(9821, 7)
        assert ids.hold_day(ids.new_hold_id(departure)) == 9821
        assert ids.new_hold_id(departure) != ids.new_hold_id(departure)

    def test_the_same_key_gives_the_same_hold(self) -> None:
        departure = ids.departure_id(9821, 7)
        assert ids.derived_hold_id(departure, "k1") == ids.derived_hold_id(departure, "k1")
        assert ids.derived_hold_id(departure, "k1") != ids.derived_hold_id(departure, "k2")


class TestUuid7:
    def test_is_version_7_and_ordered_by_time(self) -> None:
        made = [ids.uuid7() for _ in range(100)]
        assert all(item.version == 7 and item.variant == "specified in RFC 4122" for item in made)
        assert made[0].int >> 80 <= made[-1].int >> 80

    @given(st.text(max_size=50))
    def test_what_is_no_uuid_is_not_found(self, text: str) -> None:
        try:
            UUID(text)
        except ValueError:
            with pytest.raises(NotFound):
                ids.parse_uuid(text, "hold")


class TestLocators:
    def test_never_repeat(self) -> None:
        permutation = ids.LocatorPermutation(b"key")
        made = {permutation.locator(number) for number in range(20_000)}
        assert len(made) == 20_000
        assert all(ids.is_locator(text) for text in made)

    @given(st.integers(0, ids.LOCATOR_SPACE - 1))
    def test_depend_on_the_key(self, number: int) -> None:
        one, other = ids.LocatorPermutation(b"one"), ids.LocatorPermutation(b"other")
        assert len(one.locator(number)) == 6
        assert [one.locator(n % ids.LOCATOR_SPACE) for n in range(number, number + 3)] != [
            other.locator(n % ids.LOCATOR_SPACE) for n in range(number, number + 3)
        ]

    @pytest.mark.parametrize("number", [-1, ids.LOCATOR_SPACE])
    def test_refuse_what_is_beyond_the_space(self, number: int) -> None:
        with pytest.raises(ValueError, match="used up"):
            ids.LocatorPermutation(b"k").locator(number)
