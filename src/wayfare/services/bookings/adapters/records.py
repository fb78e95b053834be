"""Rows to bookings and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from wayfare.contracts.bookings.api import BookingFacts, ItemFacts
from wayfare.contracts.inventory.api import HeldUnit, LegRequest
from wayfare.contracts.offers.api import Offer
from wayfare.kernel.money import Money
from wayfare.services.bookings.adapters.private_fields import PrivateFields, without_birth_date
from wayfare.services.bookings.application.ports import Attempt, OpenSaga, SagaKind
from wayfare.services.bookings.domain.booking import (
    CANCELLED,
    ITEM_STATES,
    ITEM_TICKETED,
    STATES,
    Booking,
    Charge,
    Contact,
    ExchangeFacts,
    Passenger,
    PromisedRefund,
    cancellation_refund_id,
    nameless,
)
from wayfare.services.bookings.domain.exchanges import Exchange, TripLeft


class _Former(msgspec.Struct):
    offer: Offer
    passengers: tuple[Passenger, ...]
    units: tuple[HeldUnit, ...]


_ENCODE = msgspec.json.Encoder().encode
_OFFER = msgspec.json.Decoder(Offer)
_PASSENGERS = msgspec.json.Decoder(tuple[Passenger, ...])
_CONTACT = msgspec.json.Decoder(Contact)
_UNITS = msgspec.json.Decoder(tuple[HeldUnit, ...])
_CHARGES = msgspec.json.Decoder(tuple[Charge, ...])
_REFUNDS = msgspec.json.Decoder(tuple[PromisedRefund, ...])
_FORMER = msgspec.json.Decoder(_Former)
_EXCHANGES = msgspec.json.Decoder(tuple[ExchangeFacts, ...])


def json_text(value: Any) -> str:
    return _ENCODE(value).decode()


def address_of(text: str) -> str:
    """The e-mail address of a stored contact."""
    return _CONTACT.decode(text).email


def booking_of(row: Any, private: PrivateFields) -> Booking:
    """The offer is kept as data, not as its token: bookings stay readable when the secret changes."""
    passengers, contact = private.show(row)
    return Booking(
        booking_id=row["booking_id"],
        locator=row["locator"],
        state=STATES[row["state"]],
        hold_id=row["hold_id"],
        payment_id=row["payment_id"],
        refunded=row["refunded"],
        created_s=row["created_s"],
        offer=_OFFER.decode(row["offer"]),
        passengers=passengers,
        contact=contact,
        units=_UNITS.decode(row["units"]),
        owner_id=row["owner_id"],
        item_states=tuple(ITEM_STATES[state] for state in row["item_states"]),
        version=row["version"],
        trip_no=row["trip_no"],
        fees=row["fees"],
        charges=_charges(row),
        refunds=_refunds(row),
        exchanges=_EXCHANGES.decode(row["exchanges"] or "[]"),
    )


def _charges(row: Any) -> tuple[Charge, ...]:
    later = _CHARGES.decode(row["charges"] or "[]")
    return (Charge(row["payment_id"], row["total"] - sum(charge.amount for charge in later)), *later)


def _refunds(row: Any) -> tuple[PromisedRefund, ...]:
    """A booking cancelled before refunds had rows has one, whose id follows from its own."""
    if row["refunds"] is None and row["state"] == CANCELLED and row["refunded"] > 0:
        refund_id = cancellation_refund_id(row["booking_id"])
        return (PromisedRefund(refund_id, row["payment_id"], row["refunded"], row["created_s"]),)
    return _REFUNDS.decode(row["refunds"] or "[]")


def exchange_of(row: Any) -> Exchange:
    return Exchange(
        exchange_id=row["exchange_id"],
        booking_id=row["booking_id"],
        version=row["version"],
        hold_id=row["hold_id"],
        payment_id=row["payment_id"],
        offer=_OFFER.decode(row["offer"]),
        units=_UNITS.decode(row["units"]),
        fee=row["fee"],
        charge=row["charge"],
        refund=row["refund"],
        made_s=row["made_s"],
        abandoned=row["abandoned"],
    )


def trip_left_of(row: Any) -> TripLeft:
    former = _FORMER.decode(row["former"])
    return TripLeft(row["payment_id"], former.offer, former.passengers, former.units)


def passengers_of(row: Any) -> tuple[Passenger, ...]:
    """Without what is encrypted of them."""
    return _PASSENGERS.decode(row["passengers"])


def former_without_names(row: Any) -> str:
    """The trip before an exchange, as it is stored, of nobody in particular."""
    return _former_of(row, nameless)


def former_without_birth_dates(row: Any) -> str:
    """The trip before an exchange, as it is stored now."""
    return _former_of(row, without_birth_date)


def _former_of(row: Any, changed: Callable[[Passenger], Passenger]) -> str:
    former = _FORMER.decode(row["former"])
    former.passengers = tuple(changed(passenger) for passenger in former.passengers)
    return json_text(former)


def saga_of(row: Any, booking: Booking) -> OpenSaga:
    attempt = Attempt(
        booking.payment_id, row["method"], row["token"], row["key"], row["fingerprint"], row["correlation_id"]
    )
    return OpenSaga(booking, SagaKind(row["kind"]), attempt, row["attempts"], row["hold_id"])


def facts_of(row: Any) -> BookingFacts:
    offer = None if row["offer"] is None else _OFFER.decode(row["offer"])
    return BookingFacts(
        booking_id=row["booking_id"],
        locator=row["locator"],
        state=STATES[row["state"]],
        hold_id=row["hold_id"],
        payment_id=row["payment_id"],
        charges=tuple(row["charges"]),
        total=Money(row["total"], row["currency"]),
        refunded=row["refunded"],
        fees=row["fees"],
        open_saga=row["open_saga"],
        has_locator=row["has_locator"],
        has_detail=offer is not None,
        legs=tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs)
        if offer
        else (),
        passengers=len(offer.passengers) if offer else 0,
        items=tuple(_item(*item) for item in row["items"]),
    )


def _item(
    passenger: int, leg: int, departure_id: int, unit_no: int, from_call: int, to_call: int, price: int, state: int
) -> ItemFacts:
    unit = None if unit_no < 0 else unit_no
    return ItemFacts(passenger, leg, departure_id, unit, from_call, to_call, price, state == ITEM_TICKETED)
