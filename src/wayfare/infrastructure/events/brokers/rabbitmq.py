"""RabbitMQ: a fanout exchange per topic, a durable queue per consumer with one active reader.

Over TLS: `amqps://user:password@host?cacertfile=…&certfile=…&keyfile=…`, named as in RabbitMQ's own addresses
(https://www.rabbitmq.com/docs/uri-query-parameters); each file may be left out.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

import aio_pika
from aio_pika.exceptions import AMQPError

from wayfare.infrastructure.events.broker import Taken, readable, send_in_waves
from wayfare.infrastructure.events.cloud_event import CONTENT_TYPE, CloudEvent
from wayfare.infrastructure.tls import TlsFiles, client_context, take_files
from wayfare.kernel.errors import ConfigurationError, Unavailable

PREFETCH = 1_000
CLOSE_S = 5.0


class RabbitBroker:
    relays = True

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        self._url, self._files = take_files(url, "cacertfile", "certfile", "keyfile")
        self._tls()  # a wrong file shows now
        self._connection: Any = None
        self._channel: Any = None
        self._exchanges: dict[str, Any] = {}

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """Raises Unavailable."""
        try:
            exchange = await self._exchange(topic)

            async def send(event: CloudEvent) -> None:
                message = aio_pika.Message(
                    event.encode(),
                    content_type=CONTENT_TYPE,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    message_id=event.identity,
                    type=event.type,
                )
                await exchange.publish(message, routing_key=event.partitionkey, timeout=10)

            await send_in_waves(events, send)
        except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
            await self.aclose()
            raise Unavailable(f"RabbitMQ does not take events: {error!r}") from error

    async def subscribe(self, topic: str, consumer: str, position: str) -> RabbitSubscription:  # noqa: ARG002
        """The queue keeps the position."""
        try:
            connection = await self._connect()
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            exchange = await _declare(channel, topic)
            queue = await channel.declare_queue(
                f"wayfare.{topic}.{consumer}", durable=True, arguments={"x-single-active-consumer": True}
            )
            await queue.bind(exchange)
            subscription = RabbitSubscription(topic, connection)
            await queue.consume(subscription.arrived)
        except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
            raise Unavailable(f"RabbitMQ does not give {consumer} its events: {error!r}") from error
        return subscription

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        self._exchanges.clear()
        if connection is not None:
            await connection.close()

    async def _connect(self) -> Any:
        return await aio_pika.connect(self._url, timeout=10, ssl_context=self._tls())

    def _tls(self) -> ssl.SSLContext | None:
        """None: without. Raises ConfigurationError."""
        if self._url.startswith("amqps:"):
            return client_context(self._files)
        if self._files != TlsFiles():
            raise ConfigurationError("the address of RabbitMQ: files for TLS need amqps://")
        return None

    async def _exchange(self, topic: str) -> Any:
        if self._connection is None or self._connection.is_closed:
            self._exchanges.clear()
            self._connection = await self._connect()
            self._channel = await self._connection.channel(publisher_confirms=True)
        if topic not in self._exchanges:
            self._exchanges[topic] = await _declare(self._channel, topic)
        return self._exchanges[topic]


class RabbitSubscription:
    """What is not acknowledged when the connection ends goes back to its place in the queue."""

    def __init__(self, topic: str, connection: Any) -> None:
        self._topic, self._connection = topic, connection
        self._messages: asyncio.Queue[Any] = asyncio.Queue()
        self._last: Any = None

    async def arrived(self, message: Any) -> None:
        self._messages.put_nowait(message)

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """Raises Unavailable."""
        if self._connection.is_closed:
            raise Unavailable("the connection to RabbitMQ was lost")
        messages = []
        try:
            messages.append(await asyncio.wait_for(self._messages.get(), wait_s))
        except TimeoutError:
            return None
        while len(messages) < limit and not self._messages.empty():
            messages.append(self._messages.get_nowait())
        self._last = messages[-1]
        return Taken(readable(self._topic, (message.body for message in messages)), "")

    async def done(self, taken: Taken) -> None:  # noqa: ARG002  all up to the last one
        try:
            await self._last.channel.basic_ack(self._last.delivery_tag, multiple=True)
        except (AMQPError, OSError, RuntimeError) as error:
            raise Unavailable(f"RabbitMQ was not told what we have: {error!r}") from error

    async def aclose(self) -> None:
        await asyncio.wait_for(self._connection.close(), CLOSE_S)


async def _declare(channel: Any, topic: str) -> Any:
    return await channel.declare_exchange(f"wayfare.{topic}", aio_pika.ExchangeType.FANOUT, durable=True)
