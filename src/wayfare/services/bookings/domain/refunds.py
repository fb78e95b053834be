"""What is given back when a booking is cancelled, in whole or for some of its passengers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from wayfare.contracts.offers.api import ConditionStep
from wayfare.kernel.errors import BookingNotCancellable, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.bookings.domain.booking import Booking, ItemState, PromisedRefund

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

    @property
    def state(self) -> ItemState:
        """What the item is once it was given back."""
        return "refunded" if self.refund > 0 else "cancelled"


class RefundOffer(msgspec.Struct, frozen=True, array_like=True):
    """The content of a refund offer's token: a promise until `expires_s` or until the booking is changed."""

    booking_id: UUID
    refund: int
    fee: int
    currency: str
    issued_s: int
    expires_s: int
    passengers: tuple[int, ...] = ()  # from 0; empty: everybody who travels
    version: int = 0

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


def refunds_of_items(booking: Booking, now_s: int, passengers: Collection[int] = ()) -> list[ItemRefund]:
    """`passengers`: whose items, from 0; empty: those of everybody who travels."""
    permille = fee_permille(booking.offer.refund, now_s)
    items = booking.items_of(passengers or booking.travelling)
    return [ItemRefund(item.passenger, item.leg, item.price, fee_of(item.price, permille)) for item in items]


def check_cancellable(booking: Booking, now_s: int, passengers: Collection[int] = ()) -> None:
    """Raises `BookingNotCancellable`, `ValidationFailed` for a passenger the booking does not have."""
    if booking.state != "ticketed":
        raise BookingNotCancellable(f"the booking is {booking.state}")
    if now_s >= booking.offer.departs_s:
        raise BookingNotCancellable("the trip has begun")
    for passenger in passengers:
        if not 0 <= passenger < len(booking.passengers):
            raise ValidationFailed.of("passengers", f"the booking has passengers 1 to {len(booking.passengers)}")
        if passenger not in booking.travelling:
            raise BookingNotCancellable(f"passenger {passenger + 1} has been cancelled already")


def quote(booking: Booking, now_s: int, passengers: Collection[int] = ()) -> tuple[RefundOffer, list[ItemRefund]]:
    """What cancelling `passengers` (from 0; empty: everybody) would give back now.

    Raises `BookingNotCancellable`, `ValidationFailed`. The offer ends with the trip's first departure at the latest.
    """
    check_cancellable(booking, now_s, passengers)
    items = refunds_of_items(booking, now_s, passengers)
    offer = RefundOffer(
        booking_id=booking.booking_id,
        refund=sum(item.refund for item in items),
        fee=sum(item.fee for item in items),
        currency=booking.offer.currency,
        issued_s=now_s,
        expires_s=min(now_s + QUOTE_S, booking.offer.departs_s),
        passengers=tuple(sorted(passengers)),
        version=booking.version,
    )
    return offer, items


def refunds_for(booking: Booking, amount: int, now_s: int) -> tuple[PromisedRefund, ...]:
    """Which payments give `amount` back: the latest first, each what is left of it.

    Raises ValueError when more is asked for than was paid and is still here; that cannot come of a price.
    """
    given: dict[UUID, int] = {}
    for refund in booking.refunds:
        given[refund.payment_id] = given.get(refund.payment_id, 0) + refund.amount
    found = []
    for charge in reversed(booking.paid):
        part = min(amount, charge.amount - given.get(charge.payment_id, 0))
        if part > 0:
            found.append(PromisedRefund(uuid7(), charge.payment_id, part, now_s))
            amount -= part
    if amount > 0:
        raise ValueError(f"{amount} more would be given back than was paid")
    return tuple(found)


def cancelled(booking: Booking, offer: RefundOffer, now_s: int) -> Booking:
    """The booking once a refund offer was accepted: for nobody, or for those who still travel."""
    states = {
        (item.passenger, item.leg): item.state for item in refunds_of_items(booking, offer.issued_s, offer.passengers)
    }
    item_states = tuple(
        states.get((item.passenger, item.leg), booking.state_of_item(number))
        for number, item in enumerate(booking.items())
    )
    return msgspec.structs.replace(
        booking,
        state="ticketed" if "ticketed" in item_states else "cancelled",
        item_states=item_states,
        refunded=booking.refunded + offer.refund,
        fees=booking.fees + offer.fee,
        version=booking.version + 1,
        charges=booking.paid,
        refunds=(*booking.refunds, *refunds_for(booking, offer.refund, now_s)),
    )
