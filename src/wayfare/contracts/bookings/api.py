"""Bookings: the contract with a passenger, from pending to ticketed, cancelled or failed."""

from __future__ import annotations

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import LegRequest
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


class BookingsApi(Protocol):
    async def list_bookings(self, message: ListBookings) -> BookingsPage: ...
