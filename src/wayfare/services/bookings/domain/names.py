"""Putting another name on a ticket: until there is one it costs nothing; then the fare decides."""

from __future__ import annotations

import msgspec

from wayfare.kernel.errors import NotFound
from wayfare.kernel.time import utc
from wayfare.services.bookings.domain.booking import Booking, Passenger
from wayfare.services.bookings.domain.errors import NameNotChangeable
from wayfare.services.bookings.domain.passengers import check_passenger


def renamed(booking: Booking, number: int, given_name: str | None, family_name: str | None, now_s: int) -> Booking:
    """The booking with another name for passenger `number` (from 0); their tickets are issued anew.

    A name that is None stays; the same booking when nothing is another.
    Raises `NotFound`, `ValidationFailed`, `NameNotChangeable`.
    """
    if not 0 <= number < len(booking.passengers):
        raise NotFound(f"the booking has passengers 1 to {len(booking.passengers)}")
    known = booking.passengers[number]
    passenger = msgspec.structs.replace(
        known,
        given_name=known.given_name if given_name is None else given_name,
        family_name=known.family_name if family_name is None else family_name,
    )
    check_passenger(number, passenger, utc(booking.offer.departs_s).date())
    _check_changeable(booking, number, now_s)
    if passenger == known:
        return booking
    if booking.state == "ticketed":
        passenger = msgspec.structs.replace(passenger, issue=booking.next_issue(), issued_s=now_s)
    passengers: list[Passenger] = list(booking.passengers)
    passengers[number] = passenger
    return msgspec.structs.replace(booking, passengers=tuple(passengers), version=booking.version + 1)


def _check_changeable(booking: Booking, number: int, now_s: int) -> None:
    if booking.state not in ("pending", "ticketed"):
        raise NameNotChangeable(f"the booking is {booking.state}")
    if now_s >= booking.offer.departs_s:
        raise NameNotChangeable("the trip has begun")
    if booking.state == "pending":
        return
    if number not in booking.travelling:
        raise NameNotChangeable(f"passenger {number + 1} has been cancelled")
    until_s = booking.offer.name_change_until_s
    if until_s is None:
        raise NameNotChangeable("its fare does not allow another name")
    if now_s >= until_s:
        raise NameNotChangeable("it is too late")
