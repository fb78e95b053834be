"""Bookings: the contract with a passenger, from pending to ticketed, cancelled or failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import LegRequest
from wayfare.contracts.payments.api import PaymentTrace
from wayfare.kernel.money import Money

BookingState = Literal["pending", "confirmed", "ticketed", "cancelled", "failed"]


class ItemFacts(msgspec.Struct, frozen=True, array_like=True):
    """One passenger on one leg of the present trip, both from 0, as sold; `unit_no` is the first seat's.

    `ticketed`: it was neither given back nor ended otherwise. `price` in minor units.
    """

    passenger: int
    leg: int
    departure_id: int
    unit_no: int | None
    from_call: int
    to_call: int
    price: int
    ticketed: bool


class BookingFacts(msgspec.Struct, frozen=True):
    """What the doctor compares with holds and payments."""

    booking_id: UUID
    locator: str
    state: BookingState
    hold_id: UUID
    payment_id: UUID | None  # the first payment
    charges: tuple[UUID, ...]  # the payments beside it: differences of price
    total: Money  # charged in all
    refunded: int  # minor units promised back in all
    fees: int  # minor units kept for cancelling and exchanging
    open_saga: bool  # somebody works on it, or has to
    has_locator: bool  # the locator leads to this booking
    has_detail: bool
    legs: tuple[LegRequest, ...]  # as offered; empty without detail
    passengers: int  # 0 without detail
    items: tuple[ItemFacts, ...]


class ListBookings(msgspec.Struct, frozen=True):
    """All bookings in order of their id."""

    after: UUID | None
    limit: int = 1000


class BookingsPage(msgspec.Struct, frozen=True):
    bookings: tuple[BookingFacts, ...]


class FindTimeline(msgspec.Struct, frozen=True):
    locator: str


class TimelineEntry(msgspec.Struct, frozen=True):
    """Something that happened to a booking.

    `what`: an event ("booking.created"), a movement of money ("payment.captured"), or the step of the saga that had
    trouble ("capture"); then `code` is the stable code of its error, and `attempt` how often the saga had been resumed.
    """

    at: datetime
    what: str
    code: str = ""
    attempt: int | None = None
    detail: str = ""
    correlation_id: str = ""


class OpenWork(msgspec.Struct, frozen=True):
    """What is still to be done, and when somebody looks next.

    "wait": for another card; "settle": units are to be released and money is to go back.
    """

    kind: Literal["book", "wait", "settle", "exchange"]
    attempts: int
    due_at: datetime
    last_error: str


class Timeline(msgspec.Struct, frozen=True):
    """Entries in order of time; events are there as long as they are kept. `refunded`: minor units promised back.

    `hold_state`: a state of inventory, or why it is not known. `payments_missing`: payments did not answer.
    """

    booking_id: UUID
    locator: str
    state: BookingState
    hold_id: UUID
    hold_state: str
    total: Money
    refunded: int
    open_work: OpenWork | None
    payments: tuple[PaymentTrace, ...]
    payments_missing: bool
    entries: tuple[TimelineEntry, ...]


class ListOwned(msgspec.Struct, frozen=True):
    """The bookings of a customer before booking `before`, the newest first."""

    customer_id: UUID
    before: UUID | None = None
    limit: int = 100


class OwnedPage(msgspec.Struct, frozen=True):
    """Bookings as the public API shows them; `next` is `before` of the next page."""

    bookings: list[dict[str, Any]]
    next: UUID | None


class BookingsApi(Protocol):
    async def list_bookings(self, message: ListBookings) -> BookingsPage: ...

    async def list_owned(self, message: ListOwned) -> OwnedPage:
        """For an export of everything that is kept about somebody."""
        ...

    async def show_timeline(self, message: FindTimeline) -> Timeline:
        """For operators. Raises NotFound."""
