"""Errors that only bookings know."""

from __future__ import annotations

from wayfare.kernel.errors import WayfareError


class TicketsNotValid(WayfareError):
    """There is no ticket to show: the booking is pending, cancelled or failed."""

    code = "tickets_not_valid"
    title = "There are no valid tickets for this booking"


class NameNotChangeable(WayfareError):
    """The fare, the time or the booking's state does not allow another name."""

    code = "name_not_changeable"
    title = "The name cannot be changed"


class BookingNotExchangeable(WayfareError):
    """The fare, the time or the booking's state does not allow another trip."""

    code = "booking_not_exchangeable"
    title = "The booking cannot be exchanged"


class ExchangeOfferExpired(WayfareError):
    code = "exchange_offer_expired"
    title = "The exchange offer has expired; ask for a new one"
