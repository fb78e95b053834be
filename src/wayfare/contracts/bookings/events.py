"""What bookings tells the world: one event for each turn of a booking."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from wayfare.contracts.events import Amount, EventData


class BookingEvent(EventData, frozen=True, kw_only=True):
    """Every event of a booking says which one, its `departures` in the public form in the order of travel, and by its
    correlation id which request turned it.
    """

    TOPIC: ClassVar[str] = "booking-events"

    booking_id: UUID
    locator: str
    departures: tuple[str, ...]
    correlation_id: str = ""

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
    """Given back by the customer, or what was left of it. `refund`: what is promised back, zero or more."""

    TYPE: ClassVar[str] = "booking.cancelled"

    refund: Amount


class BookingItemsCancelled(BookingEvent, frozen=True):
    """Given back for some of its passengers (from 1); the others travel. `refund`: what is promised back."""

    TYPE: ClassVar[str] = "booking.items_cancelled"

    passengers: tuple[int, ...]
    refund: Amount


class BookingClaimed(BookingEvent, frozen=True):
    """A guest's booking belongs to this customer now, whose verified address its contact is."""

    TYPE: ClassVar[str] = "booking.claimed"

    customer_id: UUID


class BookingChanged(BookingEvent, frozen=True):
    """These passengers (from 1) have other names; tickets they had before are void."""

    TYPE: ClassVar[str] = "booking.changed"

    passengers: tuple[int, ...]


class BookingExchanged(BookingEvent, frozen=True):
    """On another trip: all tickets before are void. `total`: its price; `departures` are those of the new trip.

    `charged` (by `payment_id`) or `refund` is the difference, `fee` included; at least one of them is zero.
    """

    TYPE: ClassVar[str] = "booking.exchanged"

    exchange_id: UUID
    hold_id: UUID
    payment_id: UUID | None
    total: Amount
    fee: Amount
    charged: Amount
    refund: Amount
    passengers: int
