"""What notifications listens to: everything bookings and payments publish."""

from __future__ import annotations

from wayfare.contracts.bookings.events import BookingEvent
from wayfare.contracts.events import EventData, event_types
from wayfare.contracts.payments.events import PaymentEvent
from wayfare.infrastructure.events.consumer import Subscriber
from wayfare.services.notifications.application.record_deliveries import RecordDeliveries

FAMILIES: tuple[type[EventData], ...] = (BookingEvent, PaymentEvent)
CONSUMER = "webhooks"
PACE_S = 1.0
"""A partner can wait for a second; a system without partners need not ask more often."""


def all_types() -> tuple[str, ...]:
    return tuple(name for family in FAMILIES for name in event_types(family))


def types_with_departures() -> tuple[str, ...]:
    """Those from which the operators can be told."""
    return tuple(event_types(BookingEvent))


def webhook_subscriber(record: RecordDeliveries) -> Subscriber:
    topics = {family.TOPIC: dict.fromkeys(event_types(family), record) for family in FAMILIES}
    return Subscriber(CONSUMER, topics, interest=record.interest, pace_s=PACE_S)
