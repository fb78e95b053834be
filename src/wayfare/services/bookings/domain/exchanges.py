"""Changing to another trip: what it costs, and what the booking is afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import HeldUnit
from wayfare.contracts.offers.api import Offer
from wayfare.kernel.money import Money
from wayfare.services.bookings.domain.booking import Booking, Charge, Passenger
from wayfare.services.bookings.domain.errors import BookingNotExchangeable, ExchangeOfferExpired
from wayfare.services.bookings.domain.refunds import QUOTE_S, fee_of, refunds_for


class ExchangeOffer(msgspec.Struct, frozen=True, array_like=True):
    """The content of an exchange offer's token: a promise until `expires_s` or until the booking is changed.

    In minor units of the booking's currency. `fee`: kept for exchanging. One of `charge` and `refund` is zero:
    new price + fee - old price is charged when above zero and given back when below.
    """

    booking_id: UUID
    version: int
    offer_token: str
    fee: int
    charge: int
    refund: int
    currency: str
    issued_s: int
    expires_s: int

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


class Exchange(msgspec.Struct, frozen=True):
    """An exchange under way: the new hold, and the payment of the difference if there is one to pay."""

    exchange_id: UUID
    booking_id: UUID
    version: int  # of the booking that is exchanged
    hold_id: UUID
    payment_id: UUID | None
    offer: Offer
    units: tuple[HeldUnit, ...]
    fee: int
    charge: int
    refund: int
    made_s: int
    abandoned: bool = False  # it was given up, and is being undone

    @property
    def charge_money(self) -> Money:
        return Money(self.charge, self.offer.currency)


class TripLeft(msgspec.Struct, frozen=True):
    """What a booking was before an exchange."""

    payment_id: UUID | None  # of the difference that was paid for leaving it
    offer: Offer
    passengers: tuple[Passenger, ...]
    units: tuple[HeldUnit, ...]


def as_paid(booking: Booking, payment_id: UUID, left: Sequence[TripLeft]) -> Booking:
    """The booking with the trip that a payment of it paid for; `left`: the earlier ones, the first first."""
    paid = next((number for number, trip in enumerate(left, 1) if trip.payment_id == payment_id), 0)
    if paid == len(left):
        return booking
    trip = left[paid]
    items = len(trip.passengers) * len(trip.offer.legs)
    return msgspec.structs.replace(
        booking,
        offer=trip.offer,
        passengers=trip.passengers,
        units=trip.units,
        item_states=("exchanged",) * items,
    )


def fee_permille(booking: Booking, now_s: int) -> int:
    """The share of the old price that is kept. Raises `BookingNotExchangeable`."""
    if booking.state != "ticketed":
        raise BookingNotExchangeable(f"the booking is {booking.state}")
    if now_s >= booking.offer.departs_s:
        raise BookingNotExchangeable("the trip has begun")
    for step in booking.offer.exchange:
        if now_s < step.until_s:
            return step.fee_permille
    raise BookingNotExchangeable("its fare cannot be exchanged" if not booking.offer.exchange else "it is too late")


def quote(booking: Booking, offer: Offer, token: str, now_s: int) -> ExchangeOffer:
    """What changing to `offer` costs now; it is for those who still travel, in their order.

    Raises `BookingNotExchangeable`. The promise ends with the offer and with the old trip's departure at the latest.
    """
    permille = fee_permille(booking, now_s)
    if offer.currency != booking.offer.currency:
        raise BookingNotExchangeable(f"the booking was paid in {booking.offer.currency}")
    items = booking.items_of(booking.travelling)
    fee = sum(fee_of(item.price, permille) for item in items)
    due = offer.total.minor + fee - sum(item.price for item in items)
    return ExchangeOffer(
        booking_id=booking.booking_id,
        version=booking.version,
        offer_token=token,
        fee=fee,
        charge=max(due, 0),
        refund=max(-due, 0),
        currency=offer.currency,
        issued_s=now_s,
        expires_s=min(now_s + QUOTE_S, offer.expires_s, booking.offer.departs_s),
    )


def check_accepted(booking: Booking, accepted: ExchangeOffer, now_s: int) -> None:
    """Raises `BookingNotExchangeable`, `ExchangeOfferExpired`. The fee is what was promised, also if it has risen."""
    fee_permille(booking, accepted.issued_s)
    if now_s >= booking.offer.departs_s:
        raise BookingNotExchangeable("the trip has begun")
    if accepted.version != booking.version:
        raise ExchangeOfferExpired("the booking has changed since; ask for a new exchange offer")
    if accepted.expires_s <= now_s:
        raise ExchangeOfferExpired()


def exchanged(booking: Booking, exchange: Exchange, now_s: int) -> Booking:
    """The booking on its new trip: with those who still travel, new units and tickets issued anew."""
    issue = booking.next_issue()
    charges = booking.paid
    if exchange.payment_id is not None:
        charges = (*charges, Charge(exchange.payment_id, exchange.charge))
    return msgspec.structs.replace(
        booking,
        hold_id=exchange.hold_id,
        offer=exchange.offer,
        passengers=tuple(
            msgspec.structs.replace(booking.passengers[number], issue=issue, issued_s=now_s)
            for number in booking.travelling
        ),
        units=exchange.units,
        item_states=("ticketed",) * (len(booking.travelling) * len(exchange.offer.legs)),
        refunded=booking.refunded + exchange.refund,
        fees=booking.fees + exchange.fee,
        version=booking.version + 1,
        trip_no=booking.trip_no + 1,
        charges=charges,
        refunds=(*booking.refunds, *refunds_for(booking, exchange.refund, now_s)),
        exchanges=tuple(
            msgspec.structs.replace(one, state="done") if one.exchange_id == exchange.exchange_id else one
            for one in booking.exchanges
        ),
    )
