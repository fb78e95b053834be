"""The log of attempts, sending again, and the test message."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec

from wayfare.contracts.notifications.api import (
    Attempt,
    Attempts,
    EndpointRef,
    ListAttempts,
    ResendDeliveries,
    Resent,
)
from wayfare.infrastructure.events.cloud_event import CloudEvent, source_of
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock, utc
from wayfare.services.notifications.application.ports import NewDelivery, WebhookStore
from wayfare.services.notifications.application.send_deliveries import SendDelivery
from wayfare.services.notifications.domain.delivery import TEST_TYPE, TRIED_FOR, webhook_id_of

ATTEMPTS_MAX = 1_000
LEFT_ALONE = timedelta(hours=1)
"""For so long the worker leaves a test to whoever asked for it."""


class LookAfterDeliveries:
    def __init__(self, store: WebhookStore, send: SendDelivery, clock: Clock) -> None:
        self._store, self._send, self._clock = store, send, clock

    async def list_attempts(self, message: ListAttempts) -> Attempts:
        if not 1 <= message.limit <= ATTEMPTS_MAX:
            raise ValidationFailed.of("limit", f"must be from 1 to {ATTEMPTS_MAX}")
        await self._store.get_endpoint(message.endpoint_id, utc(self._clock.now_s()))
        return Attempts(tuple(await self._store.list_attempts(message.endpoint_id, message.limit)))

    async def resend(self, message: ResendDeliveries) -> Resent:
        now = utc(self._clock.now_s())
        if message.delivery_id is not None and message.endpoint_id is None and message.since_s is None:
            await self._check_enabled(await self._store.endpoint_of(message.delivery_id))
            return Resent(await self._store.resend(message.delivery_id, now, now + TRIED_FOR))
        if message.delivery_id is None and message.endpoint_id is not None and message.since_s is not None:
            await self._check_enabled(message.endpoint_id)
            since = utc(message.since_s)
            return Resent(await self._store.resend_since(message.endpoint_id, since, now, now + TRIED_FOR))
        raise ValidationFailed("name one delivery, or an endpoint and since when")

    async def send_test(self, message: EndpointRef) -> Attempt:
        now_s = self._clock.now_s()
        now = utc(now_s)
        endpoint = await self._store.get_endpoint(message.endpoint_id, now)
        number = str(uuid4())
        event = CloudEvent(
            id=number,
            source=source_of("notifications"),
            type=TEST_TYPE,
            subject=str(endpoint.id),
            time=now.isoformat(),
            partitionkey=number,
            sequence=number,
            data=msgspec.Raw(b"{}"),
        )
        delivery = await self._store.add_test(
            NewDelivery(
                endpoint_id=endpoint.id,
                webhook_id=webhook_id_of(event.identity),
                type=event.type,
                key=event.partitionkey,
                body=event.encode().decode(),
                made_at=now,
                due_at=now + LEFT_ALONE,
                give_up_at=now,
            )
        )
        answer = await self._send(endpoint, delivery)
        return Attempt(
            delivery_id=delivery.id,
            webhook_id=delivery.webhook_id,
            type=delivery.type,
            state="delivered" if answer.accepted else "failed",
            at_s=now_s,
            status=answer.status,
            duration_ms=answer.duration_ms,
            answer=answer.head,
            error=answer.error,
        )

    async def _check_enabled(self, endpoint_id: int) -> None:
        endpoint = await self._store.get_endpoint(endpoint_id, utc(self._clock.now_s()))
        if endpoint.disabled_at is not None:
            raise ValidationFailed(f"webhook endpoint {endpoint_id} is disabled; enable it first")
