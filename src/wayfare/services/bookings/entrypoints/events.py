"""What bookings listen to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from wayfare.contracts.bookings.events import (
    BookingCancelled,
    BookingChanged,
    BookingClaimed,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExchanged,
    BookingExpired,
    BookingFailed,
    BookingItemsCancelled,
)
from wayfare.contracts.customers.events import CustomerDeleted, CustomerEvent
from wayfare.contracts.payments.events import PaymentCaptured, PaymentEvent, PaymentRefunded
from wayfare.infrastructure.database import Session
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.events.consumer import Subscriber

INVOICES = "bookings.invoices"
SHARE = 0.05
"""Nobody waits for an invoice: some hundred a second on a free machine, fewer while many book."""
GUESTS = "bookings.guests"
GUESTS_SHARE = 0.02
"""Nobody claims a booking in the minute in which it was made."""
GUESTS_PACE_S = 1.0
LISTS = "bookings.lists"
LISTS_SHARE = 0.2
"""Who has booked looks at their list soon, but not before the tickets."""

Invoice: TypeAlias = Callable[[Mapping[UUID, UUID]], Awaitable[None]]
Note: TypeAlias = Callable[[Session, Sequence[UUID]], Awaitable[None]]
Disown: TypeAlias = Callable[[Session, UUID], Awaitable[None]]
Renew: TypeAlias = Callable[[Session, Mapping[UUID, str]], Awaitable[None]]
_DATA = msgspec.json.Decoder(PaymentEvent)
_BOOKING = msgspec.json.Decoder(BookingEvent)
_CUSTOMER = msgspec.json.Decoder(CustomerEvent)


def invoice_subscriber(invoice: Invoice) -> Subscriber:
    """Hands every payment whose money has moved to `invoice`, which is idempotent: its effect is elsewhere."""

    async def all_of(session: Session, events: Sequence[CloudEvent]) -> None:  # noqa: ARG001  nothing is kept here
        moved = [_DATA.decode(event.data) for event in events]
        await invoice({data.payment_id: data.booking_id for data in moved})

    async def one(session: Session, event: CloudEvent) -> None:
        await all_of(session, [event])

    handlers = {PaymentCaptured.TYPE: one, PaymentRefunded.TYPE: one}
    return Subscriber(INVOICES, {PaymentEvent.TOPIC: handlers}, batch=all_of, share=SHARE)


def guest_subscriber(note: Note, disown: Disown) -> Subscriber:
    """Keeps by whose address guests' bookings are found, and gives those of deleted accounts back to their guests."""

    async def all_of(session: Session, events: Sequence[CloudEvent]) -> None:
        sold = [event for event in events if event.type == BookingConfirmed.TYPE]
        await note(session, [_BOOKING.decode(event.data).booking_id for event in sold])
        for event in events:
            if event.type == CustomerDeleted.TYPE:
                await disown(session, _CUSTOMER.decode(event.data).customer_id)

    async def one(session: Session, event: CloudEvent) -> None:
        await all_of(session, [event])

    topics = {BookingEvent.TOPIC: {BookingConfirmed.TYPE: one}, CustomerEvent.TOPIC: {CustomerDeleted.TYPE: one}}
    return Subscriber(GUESTS, topics, batch=all_of, share=GUESTS_SHARE, pace_s=GUESTS_PACE_S)


def list_subscriber(renew: Renew) -> Subscriber:
    """Has bookings renewed in the lists of their customers, each by its last event; `renew` is idempotent."""

    async def all_of(session: Session, events: Sequence[CloudEvent]) -> None:
        await renew(session, {_BOOKING.decode(event.data).booking_id: event.sequence for event in events})

    async def one(session: Session, event: CloudEvent) -> None:
        await all_of(session, [event])

    kinds: tuple[type[BookingEvent], ...] = (
        *(BookingCreated, BookingConfirmed, BookingFailed, BookingExpired, BookingCancelled, BookingItemsCancelled),
        *(BookingClaimed, BookingChanged, BookingExchanged),
    )
    return Subscriber(LISTS, {BookingEvent.TOPIC: {kind.TYPE: one for kind in kinds}}, batch=all_of, share=LISTS_SHARE)
