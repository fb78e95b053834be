"""What is given back when a booking is cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from wayfare.contracts.offers.api import ConditionStep
from wayfare.kernel.errors import BookingNotCancellable
from wayfare.kernel.money import Money
from wayfare.services.bookings.domain.booking import Booking

QUOTE_S = 600


class ItemRefund(msgspec.Struct, frozen=True, array_like=True):
    """One passenger on one leg, from 0, with minor units paid, kept and given back."""

    passenger: int
    leg: int
    price: int
    fee: int

    @property
    def refund(self) -> int:
        return self.price - self.fee


class RefundOffer(msgspec.Struct, frozen=True, array_like=True):
    """The content of a refund offer's token: a promise until `expires_s`."""

    booking_id: UUID
    refund: int
    fee: int
    currency: str
    issued_s: int
    expires_s: int

    @property
    def refund_money(self) -> Money:
        return Money(self.refund, self.currency)

    @property
    def fee_money(self) -> Money:
        return Money(self.fee, self.currency)


def fee_permille(steps: Sequence[ConditionStep], now_s: int) -> int:
    """The share the carrier keeps: the first step whose time has not come; everything after the last one."""
    for step in steps:
        if now_s < step.until_s:
            return step.fee_permille
    return 1000


def fee_of(price: int, permille: int) -> int:
    """Minor units kept of a price, rounded half up."""
    return (price * permille + 500) // 1000


def refunds_of_items(booking: Booking, now_s: int) -> list[ItemRefund]:
    permille = fee_permille(booking.offer.refund, now_s)
    return [ItemRefund(item.passenger, item.leg, item.price, fee_of(item.price, permille)) for item in booking.items()]


def check_cancellable(booking: Booking, now_s: int) -> None:
    """Raises `BookingNotCancellable`."""
    if booking.state != "ticketed":
        raise BookingNotCancellable(f"the booking is {booking.state}")
    if now_s >= booking.offer.departs_s:
        raise BookingNotCancellable("the trip has begun")


def quote(booking: Booking, now_s: int) -> tuple[RefundOffer, list[ItemRefund]]:
    """What cancelling would give back now. Raises `BookingNotCancellable`.

    The offer ends with the trip's first departure at the latest.
    """
    check_cancellable(booking, now_s)
    items = refunds_of_items(booking, now_s)
    offer = RefundOffer(
        booking_id=booking.booking_id,
        refund=sum(item.refund for item in items),
        fee=sum(item.fee for item in items),
        currency=booking.offer.currency,
        issued_s=now_s,
        expires_s=min(now_s + QUOTE_S, booking.offer.departs_s),
    )
    return offer, items
