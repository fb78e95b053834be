"""Sends what is due: for each endpoint a few at a time, so that one that hangs holds up nobody else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

import structlog

from wayfare.kernel.errors import NotFound
from wayfare.kernel.time import Clock, utc
from wayfare.services.notifications.application.ports import WebhookSender, WebhookStore
from wayfare.services.notifications.domain.delivery import Answer, Delivery, next_try_at
from wayfare.services.notifications.domain.endpoint import WebhookEndpoint
from wayfare.services.notifications.domain.signature import signed_headers

log = structlog.get_logger()

AT_ONCE = 8
CONTENT_TYPE = "application/json"


class CountAttempt(Protocol):
    def __call__(self, *, accepted: bool) -> None: ...


class SendDelivery:
    """One request and what follows from its answer."""

    def __init__(
        self,
        store: WebhookStore,
        sender: WebhookSender,
        clock: Clock,
        count_attempt: CountAttempt,
        count_disabled: Callable[[], None],
    ) -> None:
        self._store, self._sender, self._clock = store, sender, clock
        self._count_attempt, self._count_disabled = count_attempt, count_disabled

    async def __call__(self, endpoint: WebhookEndpoint, delivery: Delivery) -> Answer:
        headers = signed_headers(delivery.webhook_id, self._clock.now_s(), delivery.body, endpoint.secrets)
        headers["content-type"] = CONTENT_TYPE
        answer = await self._sender.post(endpoint.url, headers, delivery.body.encode())
        self._count_attempt(accepted=answer.accepted)
        now = utc(self._clock.now_s())
        if answer.accepted:
            await self._store.note_accepted(delivery, answer, now)
            return answer
        disable = endpoint.reason_to_disable(answer.status, now)
        next_at = next_try_at(delivery.attempts + 1, now, delivery.give_up_at, random.random())
        failed = await self._store.note_failed(delivery, answer, now, next_at, disable)
        facts = {"endpoint": endpoint.id, "status": answer.status, "error": answer.error}
        log.warning("webhook.not_accepted", delivery=delivery.id, attempts=delivery.attempts + 1, **facts)
        if failed.given_up:
            log.error("webhook.given_up", endpoint=endpoint.id, deliveries=failed.given_up)
        if failed.disabled:
            self._count_disabled()
            log.error("webhook.endpoint_disabled", url=endpoint.url, reason=disable, **facts)
        return answer


class SendDeliveries:
    """One round: endpoints with something due get a task each, unless one of theirs is still at work."""

    def __init__(self, store: WebhookStore, send: SendDelivery, clock: Clock) -> None:
        self._store, self._send, self._clock = store, send, clock
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def __call__(self) -> None:
        for endpoint_id in await self._store.endpoints_with_due(utc(self._clock.now_s())):
            if endpoint_id not in self._busy:
                task = asyncio.create_task(self._serve(endpoint_id), name=f"webhooks {endpoint_id}")
                self._busy[endpoint_id] = task

    async def stop(self) -> None:
        """Breaks off what is being sent; it is sent again by whoever comes next."""
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, endpoint_id: int) -> None:
        try:
            while True:
                now = utc(self._clock.now_s())
                endpoint = await self._store.get_endpoint(endpoint_id, now)
                deliveries = await self._store.due(endpoint_id, now, 1 if endpoint.failures else AT_ONCE)
                if not deliveries:
                    return
                # When one cannot be written down, none may still be under way while others are chosen.
                async with asyncio.TaskGroup() as batch:
                    for delivery in deliveries:
                        batch.create_task(self._send(endpoint, delivery))
        except NotFound:
            return  # removed meanwhile
        except Exception as error:  # the next round tries again
            log.error("webhook.round_failed", endpoint=endpoint_id, exc_info=error)
        finally:
            del self._busy[endpoint_id]
