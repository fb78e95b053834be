"""Errors that only bookings know."""

from __future__ import annotations

from wayfare.kernel.errors import WayfareError


class TicketsNotValid(WayfareError):
    """There is no ticket to show: the booking is pending, cancelled or failed."""

    code = "tickets_not_valid"
    title = "There are no valid tickets for this booking"
