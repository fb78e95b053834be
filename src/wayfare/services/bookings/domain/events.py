"""What a booking says of itself when it turns."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.bookings.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingExpired,
    BookingFailed,
)
from wayfare.contracts.events import Amount
from wayfare.kernel.ids import format_departure
from wayfare.kernel.money import Money
from wayfare.services.bookings.domain.booking import Booking


def created(booking: Booking) -> BookingCreated:
    return BookingCreated(
        booking_id=booking.booking_id,
        locator=booking.locator,
        departures=_departures(booking),
        hold_id=booking.hold_id,
        total=Amount.of(booking.total),
        passengers=len(booking.passengers),
    )


def confirmed(booking: Booking, payment_id: UUID) -> BookingConfirmed:
    return BookingConfirmed(
        booking_id=booking.booking_id,
        locator=booking.locator,
        departures=_departures(booking),
        hold_id=booking.hold_id,
        payment_id=payment_id,
        total=Amount.of(booking.total),
        passengers=len(booking.passengers),
    )


def ended(booking: Booking, *, expired: bool, reason: str) -> BookingExpired | BookingFailed:
    """`reason`: the code of the error that ended it."""
    departures = _departures(booking)
    if expired:
        return BookingExpired(booking_id=booking.booking_id, locator=booking.locator, departures=departures)
    return BookingFailed(booking_id=booking.booking_id, locator=booking.locator, departures=departures, reason=reason)


def cancelled(booking: Booking, refund: int) -> BookingCancelled:
    amount = Amount.of(Money(refund, booking.offer.currency))
    return BookingCancelled(
        booking_id=booking.booking_id, locator=booking.locator, departures=_departures(booking), refund=amount
    )


def _departures(booking: Booking) -> tuple[str, ...]:
    return tuple(format_departure(leg.departure_id) for leg in booking.offer.legs)
