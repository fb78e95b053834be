"""What a broker does for us, and which one the address names.

Two kinds of subscription: of logs (PostgreSQL, Kafka, NATS JetStream, Redis Streams) the consumer keeps its own
position beside what it has taken in, in one transaction; queues (RabbitMQ, SQS) are told afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from wayfare.infrastructure.events.cloud_event import CloudEvent, decode_event
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.events.schemes import SCHEMES
from wayfare.kernel.errors import ConfigurationError, ValidationFailed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """Events in the order of their keys. `position` reads on after them; "" where the broker keeps it."""

    events: Sequence[CloudEvent]
    position: str


class Subscription(Protocol):
    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """What came since the last call; None after `wait_s`. Raises Unavailable, or what the client raises:
        the subscription is opened anew then.
        """

    async def done(self, taken: Taken) -> None:
        """They are kept safe: the broker may forget them."""

    async def aclose(self) -> None: ...


class Broker(Protocol):
    relays: bool
    """Whether events have to be carried there; PostgreSQL's consumers read the outbox itself."""

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """Returns when all of them are safe. Those of one key arrive in the order given, also when this fails half
        way and is repeated from the beginning.
        """

    async def subscribe(self, topic: str, consumer: str, position: str) -> Subscription:
        """Reads on after `position`; "" is the beginning."""

    async def aclose(self) -> None: ...


def waves(events: Iterable[CloudEvent]) -> list[list[CloudEvent]]:
    """Cuts a batch so that no key comes twice in a wave: what is sent side by side cannot overtake its elder."""
    found: list[list[CloudEvent]] = []
    seen: dict[str, int] = {}
    for event in events:
        number = seen.get(event.partitionkey, -1) + 1
        seen[event.partitionkey] = number
        if number == len(found):
            found.append([])
        found[number].append(event)
    return found


async def send_in_waves(events: Sequence[CloudEvent], send: Callable[[CloudEvent], Awaitable[object]]) -> None:
    """Sends each event; those of one key one after the other, the others side by side."""
    for wave in waves(events):
        await asyncio.gather(*(send(event) for event in wave))


def readable(topic: str, bodies: Iterable[bytes]) -> list[CloudEvent]:
    """The events among the messages of a topic; what somebody else put there is told in the log and passed over."""
    events = []
    for body in bodies:
        try:
            events.append(decode_event(body))
        except ValidationFailed as error:
            log.error("event.unreadable", topic=topic, error=error.detail, body=body[:200].decode(errors="replace"))
    return events


def open_broker(url: str, outboxes: Sequence[Outbox]) -> Broker:
    """The broker an address names; it connects when it is used.

    Raises ConfigurationError for an unknown one, or when its library is not installed.
    """
    scheme = urlsplit(url).scheme or url
    try:
        if scheme == "postgres":
            from wayfare.infrastructure.events.brokers.postgres import PostgresBroker

            return PostgresBroker(outboxes)
        if scheme in ("redis", "rediss"):
            from wayfare.infrastructure.events.brokers.redis_streams import RedisBroker

            return RedisBroker(url)
        if scheme in ("nats", "tls"):
            from wayfare.infrastructure.events.brokers.nats_jetstream import NatsBroker

            return NatsBroker(url)
        if scheme in ("amqp", "amqps"):
            from wayfare.infrastructure.events.brokers.rabbitmq import RabbitBroker

            return RabbitBroker(url)
        if scheme == "kafka":
            from wayfare.infrastructure.events.brokers.kafka import KafkaBroker

            return KafkaBroker(url)
        if scheme == "aws":
            from wayfare.infrastructure.events.brokers.sns_sqs import SnsSqsBroker

            return SnsSqsBroker(url)
    except ImportError as error:
        raise ConfigurationError(f"events by {scheme} need a library that is not installed: {error.name}") from None
    raise ConfigurationError(f"WAYFARE_EVENTS_URL: no way to carry events by {scheme!r}; known: {', '.join(SCHEMES)}")
