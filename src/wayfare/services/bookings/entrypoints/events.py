"""What bookings listen to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from wayfare.contracts.payments.events import PaymentCaptured, PaymentEvent, PaymentRefunded
from wayfare.infrastructure.database import Session
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.events.consumer import Subscriber

INVOICES = "bookings.invoices"
SHARE = 0.05
"""Nobody waits for an invoice: some hundred a second on a free machine, fewer while many book."""

Invoice: TypeAlias = Callable[[Mapping[UUID, UUID]], Awaitable[None]]
_DATA = msgspec.json.Decoder(PaymentEvent)


def invoice_subscriber(invoice: Invoice) -> Subscriber:
    """Hands every payment whose money has moved to `invoice`, which is idempotent: its effect is elsewhere."""

    async def all_of(session: Session, events: Sequence[CloudEvent]) -> None:  # noqa: ARG001  nothing is kept here
        moved = [_DATA.decode(event.data) for event in events]
        await invoice({data.payment_id: data.booking_id for data in moved})

    async def one(session: Session, event: CloudEvent) -> None:
        await all_of(session, [event])

    handlers = {PaymentCaptured.TYPE: one, PaymentRefunded.TYPE: one}
    return Subscriber(INVOICES, {PaymentEvent.TOPIC: handlers}, batch=all_of, share=SHARE)
