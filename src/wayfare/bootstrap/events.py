"""Events of a system: the broker of this process, and which outboxes are within its reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wayfare.bootstrap.settings import Settings
from wayfare.contracts.bookings.events import BookingEvent
from wayfare.contracts.customers.events import CustomerEvent
from wayfare.contracts.payments.events import PaymentEvent
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.broker import Broker, open_broker
from wayfare.infrastructure.events.consumer import Consumer
from wayfare.infrastructure.events.jobs import consumer_jobs, outbox_jobs, outbox_rule, received_rule
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule
from wayfare.infrastructure.service import Service

PUBLISHERS = {"bookings": BookingEvent.TOPIC, "payments": PaymentEvent.TOPIC, "customers": CustomerEvent.TOPIC}
"""Services with an outbox, and the topic they publish under."""


def all_outboxes(database_of: Callable[[str], Database]) -> list[Outbox]:
    """Those of every service, also of services that run elsewhere: their database can be read from here."""
    return [Outbox(name, topic, database_of(name)) for name, topic in PUBLISHERS.items()]


class Events:
    """The broker of a process and its services' relays and consumers."""

    def __init__(self, settings: Settings, services: Sequence[Service], database_of: Callable[[str], Database]) -> None:
        """`database_of` may open databases of services that run elsewhere: only where something listens here."""
        self._kept_days = settings.events_kept_days
        listening = any(service.subscribers for service in services)
        outboxes = all_outboxes(database_of) if listening else []
        self._broker: Broker = open_broker(settings.events_url, outboxes)
        self._consumers = {
            service.name: [
                Consumer(subscriber, database_of(service.name), self._broker) for subscriber in service.subscribers
            ]
            for service in services
        }

    def jobs_of(self, service: Service) -> list[PeriodicJob]:
        """What comes round for the outboxes and subscribers of a service."""
        jobs = [job for outbox in service.outboxes for job in outbox_jobs(outbox, self._broker, self._kept_days)]
        return jobs + consumer_jobs(self._consumers[service.name], self._kept_days)

    def retention_of(self, service: Service) -> list[RetentionRule]:
        """How long events of a service are kept, and what its consumers know them by."""
        rules = [outbox_rule(outbox, self._kept_days) for outbox in service.outboxes]
        return rules + [received_rule(consumer, self._kept_days) for consumer in self._consumers[service.name]]

    async def aclose(self) -> None:
        for consumers in self._consumers.values():
            for consumer in consumers:
                await consumer.aclose()
        await self._broker.aclose()
