"""Kafka, by confluent-kafka: partitions by key, read by position.

`kafka://host:9092,other:9092?partitions=6&security.protocol=SASL_SSL&…`: what is not `partitions` goes to librdkafka,
whose names for the files of TLS are `ssl.ca.location`, `ssl.certificate.location` and `ssl.key.location`. It takes
TLS 1.2 and later, as the OpenSSL 3 in it does.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from wayfare.infrastructure.events.broker import Taken, readable
from wayfare.infrastructure.events.cloud_event import CONTENT_TYPE, CloudEvent
from wayfare.infrastructure.tls import client_context, take_files
from wayfare.kernel.errors import Unavailable

PARTITIONS = 6
FLUSH_S = 30.0
ASK_S = 10.0


class KafkaBroker:
    relays = True

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError for files of TLS that are wrong."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self._partitions = int(options.pop("partitions", PARTITIONS))
        self._config: dict[str, Any] = {"bootstrap.servers": parts.netloc, "client.id": "wayfare", **options}
        if "ssl" in options.get("security.protocol", "").lower():
            client_context(take_files(url, "ssl.ca.location", "ssl.certificate.location", "ssl.key.location")[1])
        self._producer: Any = None
        self._known: set[str] = set()

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """Idempotent producer: within a partition nothing is lost, doubled or overtaken. Raises Unavailable."""
        try:
            await asyncio.to_thread(self._publish, topic, events)
        except (KafkaException, TimeoutError) as error:
            self._producer = None
            raise Unavailable(f"Kafka does not take events: {error}") from error

    async def subscribe(self, topic: str, consumer: str, position: str) -> KafkaSubscription:
        try:
            return await asyncio.to_thread(self._subscribe, topic, consumer, position)
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"Kafka does not give {consumer} its events: {error}") from error

    async def aclose(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await asyncio.to_thread(producer.flush, ASK_S)

    def _publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        if self._producer is None:
            config = {"enable.idempotence": True, "acks": "all", "linger.ms": 2, "delivery.timeout.ms": 20_000}
            self._producer = Producer({**self._config, **config})
        self._ensure_topic(topic)
        failed: list[KafkaError] = []

        def delivered(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failed.append(error)

        headers = [("content-type", CONTENT_TYPE.encode())]
        for event in events:
            self._producer.produce(
                topic, event.encode(), event.partitionkey.encode(), headers=headers, on_delivery=delivered
            )
        left = self._producer.flush(FLUSH_S)
        if failed or left:
            self._producer.purge()
            raise KafkaException(failed[0] if failed else KafkaError(KafkaError._MSG_TIMED_OUT))

    def _subscribe(self, topic: str, consumer: str, position: str) -> KafkaSubscription:
        self._ensure_topic(topic)
        client = Consumer({**self._config, "group.id": f"wayfare.{consumer}", "enable.auto.commit": False})
        numbers = client.list_topics(topic, timeout=ASK_S).topics[topic].partitions
        offsets: dict[str, int] = json.loads(position or "{}")
        client.assign([TopicPartition(topic, number, offsets.get(str(number), 0)) for number in numbers])
        return KafkaSubscription(topic, client, offsets)

    def _ensure_topic(self, topic: str) -> None:
        """Auto-created topics would have the server's default number of partitions."""
        if topic in self._known:
            return
        admin = AdminClient(self._config)
        if topic not in admin.list_topics(timeout=ASK_S).topics:
            for future in admin.create_topics([NewTopic(topic, self._partitions, -1)]).values():
                try:
                    future.result(ASK_S)
                except KafkaException as error:
                    if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                        raise
            deadline = time.monotonic() + ASK_S
            while topic not in admin.list_topics(timeout=ASK_S).topics and time.monotonic() < deadline:
                time.sleep(0.05)
        self._known.add(topic)


class KafkaSubscription:
    """The position is, for each partition, the offset to read next."""

    def __init__(self, topic: str, client: Any, offsets: dict[str, int]) -> None:
        self._topic, self._client, self._offsets = topic, client, offsets

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """Raises Unavailable."""
        try:
            messages = await asyncio.to_thread(self._client.consume, limit, wait_s)
        except KafkaException as error:
            raise Unavailable(f"Kafka does not give events: {error}") from error
        offsets = dict(self._offsets)
        bodies = []
        for message in messages:
            if message.error() is not None:
                raise Unavailable(f"Kafka does not give events: {message.error()}")
            offsets[str(message.partition())] = message.offset() + 1
            bodies.append(message.value() or b"")
        return Taken(readable(self._topic, bodies), json.dumps(offsets)) if bodies else None

    async def done(self, taken: Taken) -> None:
        self._offsets = json.loads(taken.position)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._client.close)
