"""What a booking says of itself when it turns."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.bookings.events import (
    BookingCancelled,
    BookingChanged,
    BookingClaimed,
    BookingConfirmed,
    BookingCreated,
    BookingExchanged,
    BookingExpired,
    BookingFailed,
    BookingItemsCancelled,
)
from wayfare.contracts.events import Amount
from wayfare.kernel.ids import format_departure
from wayfare.kernel.money import Money
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.exchanges import Exchange


def created(booking: Booking, correlation_id: str) -> BookingCreated:
    return BookingCreated(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        departures=_departures(booking),
        hold_id=booking.hold_id,
        total=Amount.of(booking.total),
        passengers=len(booking.passengers),
    )


def confirmed(booking: Booking, payment_id: UUID, correlation_id: str) -> BookingConfirmed:
    return BookingConfirmed(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        departures=_departures(booking),
        hold_id=booking.hold_id,
        payment_id=payment_id,
        total=Amount.of(booking.total),
        passengers=len(booking.passengers),
    )


def ended(booking: Booking, correlation_id: str, *, expired: bool, reason: str) -> BookingExpired | BookingFailed:
    """`reason`: the code of the error that ended it."""
    departures = _departures(booking)
    if expired:
        return BookingExpired(
            booking_id=booking.booking_id,
            locator=booking.locator,
            correlation_id=correlation_id,
            departures=departures,
        )
    return BookingFailed(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        departures=departures,
        reason=reason,
    )


def cancelled(before: Booking, after: Booking, correlation_id: str) -> BookingCancelled | BookingItemsCancelled:
    amount = Amount.of(Money(after.refunded - before.refunded, after.offer.currency))
    if after.state == "cancelled":
        return BookingCancelled(
            booking_id=after.booking_id,
            locator=after.locator,
            correlation_id=correlation_id,
            departures=_departures(after),
            refund=amount,
        )
    gone = sorted(set(before.travelling) - set(after.travelling))
    return BookingItemsCancelled(
        booking_id=after.booking_id,
        locator=after.locator,
        correlation_id=correlation_id,
        departures=_departures(after),
        passengers=tuple(number + 1 for number in gone),
        refund=amount,
    )


def claimed(booking: Booking, customer_id: UUID, correlation_id: str) -> BookingClaimed:
    return BookingClaimed(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        departures=_departures(booking),
        customer_id=customer_id,
    )


def renamed(booking: Booking, passenger: int, correlation_id: str) -> BookingChanged:
    return BookingChanged(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        departures=_departures(booking),
        passengers=(passenger + 1,),
    )


def exchanged(booking: Booking, exchange: Exchange, correlation_id: str) -> BookingExchanged:
    currency = booking.offer.currency
    return BookingExchanged(
        booking_id=booking.booking_id,
        locator=booking.locator,
        correlation_id=correlation_id,
        exchange_id=exchange.exchange_id,
        hold_id=exchange.hold_id,
        payment_id=exchange.payment_id,
        total=Amount.of(booking.total),
        fee=Amount.of(Money(exchange.fee, currency)),
        charged=Amount.of(Money(exchange.charge, currency)),
        refund=Amount.of(Money(exchange.refund, currency)),
        passengers=len(booking.passengers),
        departures=_departures(booking),
    )


def _departures(booking: Booking) -> tuple[str, ...]:
    return tuple(format_departure(leg.departure_id) for leg in booking.offer.legs)
