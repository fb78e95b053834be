"""What bookings tells the world: one event for each turn of a booking."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from wayfare.contracts.events import Amount, EventData


class BookingEvent(EventData, frozen=True):
    """Every event of a booking says which one, and its `departures`: in the public form, in the order of travel."""

    TOPIC: ClassVar[str] = "booking-events"

    booking_id: UUID
    locator: str
    departures: tuple[str, ...]

    @property
    def key(self) -> str:
        return str(self.booking_id)


class BookingCreated(BookingEvent, frozen=True):
    """A booking was written down; its payment comes next."""

    TYPE: ClassVar[str] = "booking.created"

    hold_id: UUID
    total: Amount
    passengers: int


class BookingConfirmed(BookingEvent, frozen=True):
    """Paid and ticketed."""

    TYPE: ClassVar[str] = "booking.confirmed"

    hold_id: UUID
    payment_id: UUID
    total: Amount
    passengers: int


class BookingFailed(BookingEvent, frozen=True):
    """It came to nothing and nothing was charged. `reason`: the code of the error that ended it."""

    TYPE: ClassVar[str] = "booking.failed"

    reason: str


class BookingExpired(BookingEvent, frozen=True):
    """It waited for another card until its hold ran out."""

    TYPE: ClassVar[str] = "booking.expired"


class BookingCancelled(BookingEvent, frozen=True):
    """Given back by the customer. `refund`: what is promised back, zero or more."""

    TYPE: ClassVar[str] = "booking.cancelled"

    refund: Amount
