"""What notifications listens to: everything bookings and payments publish that partners may hear."""

from __future__ import annotations

from wayfare.contracts.bookings.events import BookingClaimed, BookingEvent
from wayfare.contracts.events import EventData, event_types
from wayfare.contracts.payments.events import PaymentEvent
from wayfare.infrastructure.events.consumer import Subscriber
from wayfare.services.notifications.application.record_deliveries import RecordDeliveries

FAMILIES: tuple[type[EventData], ...] = (BookingEvent, PaymentEvent)
_OURS = frozenset({BookingClaimed.TYPE})
"""Whose account a booking belongs to is no partner's affair."""
CONSUMER = "webhooks"
PACE_S = 1.0
"""A partner can wait for a second; a system without partners need not ask more often."""


def all_types() -> tuple[str, ...]:
    return tuple(name for family in FAMILIES for name in _types_of(family))


def types_with_departures() -> tuple[str, ...]:
    """Those from which the operators can be told."""
    return _types_of(BookingEvent)


def webhook_subscriber(record: RecordDeliveries) -> Subscriber:
    topics = {family.TOPIC: dict.fromkeys(_types_of(family), record) for family in FAMILIES}
    return Subscriber(CONSUMER, topics, interest=record.interest, pace_s=PACE_S)


def _types_of(family: type[EventData]) -> tuple[str, ...]:
    return tuple(name for name in event_types(family) if name not in _OURS)
