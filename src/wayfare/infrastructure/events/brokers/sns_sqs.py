"""Amazon SNS and SQS, by aioboto3: a FIFO topic, and for each consumer a FIFO queue with a dead-letter queue.

`aws://?region=eu-central-1&prefix=wayfare`; `endpoint` names another server than Amazon's. Keys come from the
usual places (environment, profile, instance role), authorities other than the machine's from AWS_CA_BUNDLE.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aioboto3
from aiobotocore.config import AioConfig
from botocore.exceptions import BotoCoreError, ClientError

from wayfare.infrastructure.aws_tls import NameCheckingSession, aws_context
from wayfare.infrastructure.events.broker import Taken, readable, waves
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.kernel.errors import Unavailable

BATCH_MAX = 10  # of both services
REQUESTS_MAX = 8
"""Requests side by side; with more than the clients' ten connections they would wait for each other."""
VISIBLE_S = 60
RECEIVES_MAX = 10
TROUBLE = (BotoCoreError, ClientError, OSError, TimeoutError)


class SnsSqsBroker:
    relays = True

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        aws_context()  # a wrong file shows now
        options = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self._prefix = options.get("prefix", "wayfare")
        self._visible_s = int(options.get("visible_s", VISIBLE_S))
        self._client_options = {
            "region_name": options.get("region"),
            "endpoint_url": options.get("endpoint"),
            "config": AioConfig(http_session_cls=NameCheckingSession),
        }
        self._open = AsyncExitStack()
        self._clients: dict[str, Any] = {}
        self._topics: dict[str, str] = {}

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """Raises Unavailable."""
        try:
            arn = await self._topic(topic)
            sns = await self._client("sns")
            for wave in waves(events):
                batches = [_entries(some) for some in _batched(wave, BATCH_MAX)]
                for some in _batched(batches, REQUESTS_MAX):
                    requests = [sns.publish_batch(TopicArn=arn, PublishBatchRequestEntries=batch) for batch in some]
                    for answer in await _all(requests):
                        if answer.get("Failed"):
                            raise Unavailable(f"SNS does not take events: {answer['Failed'][0].get('Message')}")
        except TROUBLE as error:
            raise Unavailable(f"SNS does not take events: {error}") from error

    async def subscribe(self, topic: str, consumer: str, position: str) -> QueueSubscription:  # noqa: ARG002
        """The queue keeps the position."""
        try:
            arn = await self._topic(topic)
            sqs, sns = await self._client("sqs"), await self._client("sns")
            name = f"{self._prefix}-{topic}-{consumer}"
            dead = await _queue(sqs, f"{name}-dead.fifo", {})
            redrive = {"deadLetterTargetArn": await _queue_arn(sqs, dead), "maxReceiveCount": str(RECEIVES_MAX)}
            settings = {"VisibilityTimeout": str(self._visible_s), "RedrivePolicy": json.dumps(redrive)}
            queue = await _queue(sqs, f"{name}.fifo", settings)
            queue_arn = await _queue_arn(sqs, queue)
            policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "sns.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": queue_arn,
                        "Condition": {"ArnEquals": {"aws:SourceArn": arn}},
                    }
                ],
            }
            await sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
            await sns.subscribe(
                TopicArn=arn, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"}
            )
        except TROUBLE as error:
            raise Unavailable(f"SQS does not give {consumer} its events: {error}") from error
        return QueueSubscription(topic, sqs, queue)

    async def aclose(self) -> None:
        self._clients.clear()
        self._topics.clear()
        await self._open.aclose()

    async def _client(self, service: str) -> Any:
        if service not in self._clients:
            client = aioboto3.Session().client(service, **self._client_options)
            self._clients[service] = await self._open.enter_async_context(client)
        return self._clients[service]

    async def _topic(self, topic: str) -> str:
        """Its ARN; made when it is not there."""
        if topic not in self._topics:
            sns = await self._client("sns")
            made = await sns.create_topic(Name=f"{self._prefix}-{topic}.fifo", Attributes={"FifoTopic": "true"})
            self._topics[topic] = made["TopicArn"]
        return self._topics[topic]


class QueueSubscription:
    """Events of a key that is in flight are not given to anybody, so order holds over a crash."""

    def __init__(self, topic: str, sqs: Any, queue: str) -> None:
        self._topic, self._sqs, self._queue = topic, sqs, queue
        self._receipts: list[str] = []

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """Raises Unavailable."""
        self._receipts = []
        try:
            messages = await self._receive(math.ceil(wait_s))
            full = len(messages) == BATCH_MAX
            while full and len(messages) + REQUESTS_MAX * BATCH_MAX <= limit:
                # Whoever asks beside us gets other groups, so the order of a key does not depend on who is first.
                answers = await _all([self._receive(0) for _ in range(REQUESTS_MAX)])
                messages += [message for answer in answers for message in answer]
                full = all(len(answer) == BATCH_MAX for answer in answers)
        except TROUBLE as error:
            raise Unavailable(f"SQS does not give events: {error}") from error
        self._receipts = [message["ReceiptHandle"] for message in messages]
        bodies = (message["Body"].encode() for message in messages)
        return Taken(readable(self._topic, bodies), "") if messages else None

    async def done(self, taken: Taken) -> None:  # noqa: ARG002  all that were given
        try:
            batches = [
                [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(some)]
                for some in _batched(self._receipts, BATCH_MAX)
            ]
            for some in _batched(batches, REQUESTS_MAX):
                await _all([self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=batch) for batch in some])
        except TROUBLE as error:
            raise Unavailable(f"SQS was not told what we have: {error}") from error

    async def _receive(self, wait_s: int) -> list[Any]:
        answer = await self._sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=BATCH_MAX, WaitTimeSeconds=wait_s
        )
        return list(answer.get("Messages", ()))

    async def aclose(self) -> None:
        return None


def _entries(events: Sequence[CloudEvent]) -> list[dict[str, str]]:
    return [
        {
            "Id": str(number),
            "Message": event.encode().decode(),
            "MessageGroupId": event.partitionkey,
            "MessageDeduplicationId": hashlib.blake2b(event.identity.encode(), digest_size=32).hexdigest(),
        }
        for number, event in enumerate(events)
    ]


async def _queue(sqs: Any, name: str, settings: dict[str, str]) -> str:
    made = await sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", **settings})
    url: str = made["QueueUrl"]
    return url


async def _queue_arn(sqs: Any, url: str) -> str:
    answer = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = answer["Attributes"]["QueueArn"]
    return arn


async def _all(requests: Sequence[Awaitable[Any]]) -> list[Any]:
    """The answers to requests sent side by side, when none is under way any more. Raises the first error."""
    answers = await asyncio.gather(*requests, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return list(answers)


def _batched(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
