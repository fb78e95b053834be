"""Bookings: the contract with a passenger, from pending to ticketed, cancelled or failed."""

from __future__ import annotations

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import LegRequest
from wayfare.kernel.money import Money

BookingState = Literal["pending", "confirmed", "ticketed", "cancelled", "failed"]


class ItemFacts(msgspec.Struct, frozen=True, array_like=True):
    """One passenger on one leg, both from 0, as sold; `unit_no` is the first seat's."""

    passenger: int
    leg: int
    departure_id: int
    unit_no: int | None
    from_call: int
    to_call: int


class BookingFacts(msgspec.Struct, frozen=True):
    """What the doctor compares with holds and payments."""

    booking_id: UUID
    locator: str
    state: BookingState
    hold_id: UUID
    payment_id: UUID | None
    total: Money
    refunded: int  # minor units promised back
    open_saga: bool
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


class BookingsApi(Protocol):
    async def list_bookings(self, message: ListBookings) -> BookingsPage: ...
