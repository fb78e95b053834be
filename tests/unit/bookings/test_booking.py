"""Items of a booking and their states."""

from __future__ import annotations

import msgspec
import pytest

from unit.bookings.samples import booking, offer
from wayfare.contracts.inventory.api import HeldUnit
from wayfare.services.bookings.domain.booking import cancellation_refund_id


class TestItems:
    def test_by_passenger_then_leg(self) -> None:
        sold = booking(offer(((100, 200), (300, 400))))
        assert [(item.passenger, item.leg, item.price) for item in sold.items()] == [
            (0, 0, 100),
            (0, 1, 300),
            (1, 0, 200),
            (1, 1, 400),
        ]

    def test_after_a_change_of_seat_the_first_seat_counts(self) -> None:
        later = HeldUnit(0, 0, 1, 9, "S1-10", "S1", "10", 2, 3)
        earlier = HeldUnit(0, 0, 1, 4, "S1-5", "S1", "5", 0, 2)
        (item,) = msgspec.structs.replace(booking(), units=(later, earlier)).items()
        assert (item.unit_no, item.label) == (4, "5")

    def test_without_seat_numbers(self) -> None:
        (item,) = booking(units=()).items()
        assert (item.unit_no, item.coach, item.label) == (None, "", "")


@pytest.mark.parametrize(
    ("state", "item_state"),
    [("pending", "held"), ("ticketed", "ticketed"), ("cancelled", "cancelled"), ("failed", "failed")],
)
def test_items_follow_the_booking_unless_they_say_otherwise(state: str, item_state: str) -> None:
    assert booking(state=state).state_of_item(0) == item_state
    assert booking(state=state, item_states=("refunded",)).state_of_item(0) == "refunded"


def test_a_booking_is_refunded_under_one_id() -> None:
    sold = booking()
    assert cancellation_refund_id(sold.booking_id) == cancellation_refund_id(sold.booking_id)
    assert cancellation_refund_id(sold.booking_id) != cancellation_refund_id(sold.hold_id)
