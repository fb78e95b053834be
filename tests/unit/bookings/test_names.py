"""Another name: free until there is a ticket, then as the fare says."""

from __future__ import annotations

import pytest

from unit.bookings.samples import DAY_S, DEPARTS_S, booking, offer
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.errors import NameNotChangeable
from wayfare.services.bookings.domain.names import renamed

NOW_S = DEPARTS_S - 10 * DAY_S
UNTIL_S = DEPARTS_S - 7200
CHANGEABLE = offer(((5990, 5990),), name_change_until_s=UNTIL_S)


def test_before_there_is_a_ticket_it_is_free_whatever_the_fare() -> None:
    after = renamed(booking(state="pending"), 0, "Augusta", None, NOW_S)
    assert (after.passengers[0].name, after.passengers[0].issue) == ("Augusta Lovelace", 1)


def test_a_ticket_is_issued_anew() -> None:
    sold = booking(CHANGEABLE)
    after = renamed(sold, 1, None, "Byron", UNTIL_S - 1)
    assert (after.passengers[1].name, after.passengers[1].issued_s) == ("Ada Byron", UNTIL_S - 1)
    assert after.version == 1
    assert sold.ticket_nos() - after.ticket_nos() == {"K7M2QX-2-1"}
    assert after.ticket_nos() == {"K7M2QX-1-1", "K7M2QX-2-1-2"}
    again = renamed(after, 0, "Augusta", None, NOW_S)
    assert again.ticket_nos() == {"K7M2QX-1-1-3", "K7M2QX-2-1-2"}


def test_the_same_name_changes_nothing() -> None:
    sold = booking(CHANGEABLE)
    assert renamed(sold, 0, "Ada", "Lovelace", NOW_S) is sold


@pytest.mark.parametrize(
    ("sold", "now_s"),
    [
        (booking(), NOW_S),
        (booking(CHANGEABLE), UNTIL_S),
        (booking(CHANGEABLE), DEPARTS_S),
        (booking(state="pending"), DEPARTS_S),
        (booking(CHANGEABLE, state="cancelled"), NOW_S),
        (booking(CHANGEABLE, item_states=("refunded", "ticketed")), NOW_S),
    ],
)
def test_refused(sold: Booking, now_s: int) -> None:
    with pytest.raises(NameNotChangeable):
        renamed(sold, 0, "Augusta", None, now_s)


def test_a_passenger_and_a_name_that_exist() -> None:
    with pytest.raises(NotFound):
        renamed(booking(CHANGEABLE), 2, "Augusta", None, NOW_S)
    with pytest.raises(ValidationFailed):
        renamed(booking(CHANGEABLE), 0, " ", None, NOW_S)
