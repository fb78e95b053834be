"""Rows to bookings and back."""

from __future__ import annotations

from typing import Any

import msgspec

from wayfare.contracts.bookings.api import BookingFacts, ItemFacts
from wayfare.contracts.inventory.api import HeldUnit, LegRequest
from wayfare.contracts.offers.api import Offer
from wayfare.kernel.money import Money
from wayfare.services.bookings.application.ports import Attempt, OpenSaga, SagaKind
from wayfare.services.bookings.domain.booking import ITEM_STATES, STATES, Booking, Contact, Passenger

_ENCODE = msgspec.json.Encoder().encode
_OFFER = msgspec.json.Decoder(Offer)
_PASSENGERS = msgspec.json.Decoder(tuple[Passenger, ...])
_CONTACT = msgspec.json.Decoder(Contact)
_UNITS = msgspec.json.Decoder(tuple[HeldUnit, ...])


def json_text(value: Any) -> str:
    return _ENCODE(value).decode()


def booking_of(row: Any) -> Booking:
    """The offer is kept as data, not as its token: bookings stay readable when the secret changes."""
    return Booking(
        booking_id=row["booking_id"],
        locator=row["locator"],
        state=STATES[row["state"]],
        hold_id=row["hold_id"],
        payment_id=row["payment_id"],
        refunded=row["refunded"],
        created_s=row["created_s"],
        offer=_OFFER.decode(row["offer"]),
        passengers=_PASSENGERS.decode(row["passengers"]),
        contact=_CONTACT.decode(row["contact"]),
        units=_UNITS.decode(row["units"]),
        item_states=tuple(ITEM_STATES[state] for state in row["item_states"]),
    )


def saga_of(row: Any, booking: Booking) -> OpenSaga:
    attempt = Attempt(
        booking.payment_id, row["method"], row["token"], row["key"], row["fingerprint"], row["correlation_id"]
    )
    return OpenSaga(booking, SagaKind(row["kind"]), attempt, row["attempts"])


def facts_of(row: Any) -> BookingFacts:
    offer = None if row["offer"] is None else _OFFER.decode(row["offer"])
    return BookingFacts(
        booking_id=row["booking_id"],
        locator=row["locator"],
        state=STATES[row["state"]],
        hold_id=row["hold_id"],
        payment_id=row["payment_id"],
        total=Money(row["total"], row["currency"]),
        refunded=row["refunded"],
        open_saga=row["open_saga"],
        has_locator=row["has_locator"],
        has_detail=offer is not None,
        legs=tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs)
        if offer
        else (),
        passengers=len(offer.passengers) if offer else 0,
        items=tuple(_item(*item) for item in row["items"]),
    )


def _item(passenger: int, leg: int, departure_id: int, unit_no: int, from_call: int, to_call: int) -> ItemFacts:
    return ItemFacts(passenger, leg, departure_id, None if unit_no < 0 else unit_no, from_call, to_call)
