"""A booking as the service keeps it, and the states of booking and items."""

from __future__ import annotations

import hashlib
from typing import Literal
from uuid import UUID

import msgspec

from wayfare.contracts.bookings.api import BookingState
from wayfare.contracts.inventory.api import HeldUnit
from wayfare.contracts.offers.api import Offer
from wayfare.kernel.money import Money

STATES: tuple[BookingState, ...] = ("pending", "confirmed", "ticketed", "cancelled", "failed")
"""By the number they are stored as."""
PENDING, CONFIRMED, TICKETED, CANCELLED, FAILED = range(5)

ItemState = Literal["held", "ticketed", "cancelled", "refunded", "failed"]
ITEM_STATES: tuple[ItemState, ...] = ("held", "ticketed", "cancelled", "refunded", "failed")
ITEM_HELD, ITEM_TICKETED, ITEM_CANCELLED, ITEM_REFUNDED, ITEM_FAILED = range(5)

PUBLIC_STATUS: dict[BookingState, str] = {
    "pending": "pending",
    "confirmed": "confirmed",
    "ticketed": "confirmed",
    "cancelled": "cancelled",
    "failed": "failed",
}
_ITEM_OF_BOOKING = (ITEM_HELD, ITEM_HELD, ITEM_TICKETED, ITEM_CANCELLED, ITEM_FAILED)


class Passenger(msgspec.Struct, frozen=True, omit_defaults=True):
    given_name: str
    family_name: str
    category: str
    birth_date: str | None = None  # ISO 8601

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    email: str
    phone: str | None = None


class Item(msgspec.Struct, frozen=True):
    """One passenger on one leg; both count from 0. After a change of seat, the first seat."""

    passenger: int
    leg: int
    departure_id: int
    unit_no: int | None  # None: sold by count, without a seat number
    coach: str
    label: str
    price: int  # minor units
    from_call: int
    to_call: int


class Booking(msgspec.Struct, frozen=True):
    """Everything about one booking. Passengers stand in the order of the offer's categories."""

    booking_id: UUID
    locator: str
    state: BookingState
    hold_id: UUID
    payment_id: UUID
    refunded: int
    created_s: int
    offer: Offer
    passengers: tuple[Passenger, ...]
    contact: Contact
    units: tuple[HeldUnit, ...]
    item_states: tuple[ItemState, ...] = ()  # in the order of items(); empty: as the booking's state says

    @property
    def total(self) -> Money:
        return self.offer.total

    def items(self) -> list[Item]:
        """One for each passenger and leg, by passenger, then leg."""
        first: dict[tuple[int, int], HeldUnit] = {}
        for unit in self.units:
            key = (unit.passenger, unit.leg)
            known = first.get(key)
            if known is None or unit.from_call < known.from_call:
                first[key] = unit
        items = []
        for number in range(len(self.passengers)):
            for index, leg in enumerate(self.offer.legs):
                held = first.get((number, index))
                items.append(
                    Item(
                        passenger=number,
                        leg=index,
                        departure_id=leg.departure_id,
                        unit_no=held.unit_no if held else None,
                        coach=held.coach if held else "",
                        label=held.label if held else "",
                        price=leg.prices[number],
                        from_call=leg.from_call,
                        to_call=leg.to_call,
                    )
                )
        return items

    def state_of_item(self, index: int) -> ItemState:
        if index < len(self.item_states):
            return self.item_states[index]
        return ITEM_STATES[_ITEM_OF_BOOKING[STATES.index(self.state)]]


def cancellation_refund_id(booking_id: UUID) -> UUID:
    """The refund of a cancelled booking: the same each time, so the money goes back once."""
    digest = hashlib.blake2b(booking_id.bytes, digest_size=16, person=b"wayfare-cancel").digest()
    return UUID(bytes=digest)
