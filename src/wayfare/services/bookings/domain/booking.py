"""A booking as the service keeps it, and the states of booking and items."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
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

ItemState = Literal["held", "ticketed", "cancelled", "refunded", "failed", "exchanged"]
ITEM_STATES: tuple[ItemState, ...] = ("held", "ticketed", "cancelled", "refunded", "failed", "exchanged")
ITEM_HELD, ITEM_TICKETED, ITEM_CANCELLED, ITEM_REFUNDED, ITEM_FAILED, ITEM_EXCHANGED = range(6)

PUBLIC_STATUS: dict[BookingState, str] = {
    "pending": "pending",
    "confirmed": "confirmed",
    "ticketed": "confirmed",
    "cancelled": "cancelled",
    "failed": "failed",
}
_ITEM_OF_BOOKING = (ITEM_HELD, ITEM_HELD, ITEM_TICKETED, ITEM_CANCELLED, ITEM_FAILED)


class Passenger(msgspec.Struct, frozen=True, omit_defaults=True):
    """`issue` numbers the tickets somebody was given within a booking; the latest is the valid one."""

    given_name: str
    family_name: str
    category: str
    birth_date: str | None = None  # ISO 8601
    issue: int = 1
    issued_s: int | None = None  # of a ticket issued anew; None: when the booking was made

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    email: str
    phone: str | None = None


NOBODY = Contact("")
"""The contact of a booking whose passengers were forgotten."""


def nameless(passenger: Passenger) -> Passenger:
    """What statistics and accounts need of somebody, and nothing that tells who it was."""
    return Passenger("", "", passenger.category, issue=passenger.issue, issued_s=passenger.issued_s)


class Charge(msgspec.Struct, frozen=True, array_like=True):
    """A payment that was captured for a booking; minor units."""

    payment_id: UUID
    amount: int


class PromisedRefund(msgspec.Struct, frozen=True, array_like=True):
    """Money that goes back to one payment; how far it got, payments knows."""

    refund_id: UUID
    payment_id: UUID
    amount: int  # minor units
    made_s: int


ExchangeState = Literal["pending", "done", "failed"]
EXCHANGE_STATES: tuple[ExchangeState, ...] = ("pending", "done", "failed")


class ExchangeFacts(msgspec.Struct, frozen=True, array_like=True):
    """What an exchange came to; minor units."""

    exchange_id: UUID
    state: ExchangeState
    fee: int
    charge: int
    refund: int
    made_s: int
    reason: str  # the code of the error that ended it


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
    owner_id: UUID | None = None  # the customer it belongs to; None: a guest's
    item_states: tuple[ItemState, ...] = ()  # in the order of items(); empty: as the booking's state says
    version: int = 0  # counts the changes since it was ticketed
    trip_no: int = 0  # counts the exchanges
    fees: int = 0  # minor units kept for cancelling and exchanging
    charges: tuple[Charge, ...] = ()  # the first payment first; empty: only that one, of the offer's price
    refunds: tuple[PromisedRefund, ...] = ()
    exchanges: tuple[ExchangeFacts, ...] = ()

    @property
    def total(self) -> Money:
        """The price of the trip as it is now."""
        return self.offer.total

    @property
    def paid(self) -> tuple[Charge, ...]:
        return self.charges or (Charge(self.payment_id, self.total.minor),)

    @property
    def travelling(self) -> tuple[int, ...]:
        """The passengers, from 0, whose tickets were neither given back nor never given."""
        legs = len(self.offer.legs)
        return tuple(n for n in range(len(self.passengers)) if self.state_of_item(n * legs) == "ticketed")

    def items_of(self, passengers: Collection[int]) -> list[Item]:
        return [item for item in self.items() if item.passenger in passengers]

    def ticket_no(self, passenger: int, leg: int) -> str:
        """ "K7M2QX-1-2": locator, passenger, leg; a ticket that was issued anew says so: "K7M2QX-1-2-2"."""
        issue = self.passengers[passenger].issue
        again = f"-{issue}" if issue > 1 else ""
        return f"{self.locator}-{passenger + 1}-{leg + 1}{again}"

    def ticket_nos(self) -> frozenset[str]:
        """Those of the tickets that are good."""
        return frozenset(self.ticket_no(item.passenger, item.leg) for item in self.items_of(self.travelling))

    def next_issue(self) -> int:
        """Higher than that of any ticket of this booking."""
        return 1 + max(passenger.issue for passenger in self.passengers)

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
    """The refund of a booking that was cancelled before refunds had rows of their own."""
    digest = hashlib.blake2b(booking_id.bytes, digest_size=16, person=b"wayfare-cancel").digest()
    return UUID(bytes=digest)
