"""The only door into the notifications service."""

from __future__ import annotations

from datetime import timedelta

from wayfare.contracts.notifications.api import (
    AddEndpoint,
    Attempt,
    Attempts,
    EndpointRef,
    Endpoints,
    EndpointSecret,
    ListAttempts,
    ListEndpoints,
    NotificationsApi,
    ResendDeliveries,
    Resent,
    RotateSecret,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.sealed_text import SealedText
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import Clock, utc
from wayfare.services.notifications.adapters import metrics
from wayfare.services.notifications.adapters.http_sender import TIMEOUT_S, HttpSender
from wayfare.services.notifications.adapters.store import PostgresWebhookStore
from wayfare.services.notifications.adapters.timetable_operators import TimetableOperators
from wayfare.services.notifications.application.look_after_deliveries import LookAfterDeliveries
from wayfare.services.notifications.application.manage_endpoints import ManageEndpoints
from wayfare.services.notifications.application.record_deliveries import RecordDeliveries
from wayfare.services.notifications.application.send_deliveries import SendDeliveries, SendDelivery
from wayfare.services.notifications.entrypoints.events import all_types, types_with_departures, webhook_subscriber
from wayfare.services.notifications.entrypoints.jobs import notification_jobs, retention_rules


class Notifications:
    """Implements `NotificationsApi`: each method is one use case."""

    def __init__(self, endpoints: ManageEndpoints, deliveries: LookAfterDeliveries) -> None:
        self._endpoints, self._deliveries = endpoints, deliveries

    async def add_endpoint(self, message: AddEndpoint) -> EndpointSecret:
        return await self._endpoints.add(message)

    async def list_endpoints(self, message: ListEndpoints) -> Endpoints:
        return await self._endpoints.list_all(message)

    async def remove_endpoint(self, message: EndpointRef) -> EndpointRef:
        return await self._endpoints.remove(message)

    async def enable_endpoint(self, message: EndpointRef) -> EndpointRef:
        return await self._endpoints.enable(message)

    async def rotate_secret(self, message: RotateSecret) -> EndpointSecret:
        return await self._endpoints.rotate(message)

    async def list_attempts(self, message: ListAttempts) -> Attempts:
        return await self._deliveries.list_attempts(message)

    async def resend(self, message: ResendDeliveries) -> Resent:
        return await self._deliveries.resend(message)

    async def send_test(self, message: EndpointRef) -> Attempt:
        return await self._deliveries.send_test(message)


def build(
    *,
    database: Database,
    timetables: TimetableStore,
    clock: Clock,
    keys: KeyFile,
    http: bool = False,
    private: bool = False,
    timeout_s: float = TIMEOUT_S,
    kept_days: int = 30,
) -> Service:
    """`clock`: the machine's, not the business's: receivers compare a message's time with theirs. `http`, `private`:
    addresses without TLS, and outside the public internet, are allowed.
    """
    store = PostgresWebhookStore(database, SealedText(keys))
    operators = TimetableOperators(timetables)
    sender = HttpSender(private=private, timeout_s=timeout_s)
    send = SendDelivery(store, sender, clock, metrics.count_attempt, metrics.count_disabled)
    worker = SendDeliveries(store, send, clock)
    endpoints = ManageEndpoints(
        store,
        operators,
        clock,
        types=all_types(),
        types_with_departures=types_with_departures(),
        http=http,
        private=private,
    )

    async def set_gauges() -> None:
        metrics.set_counts(await store.counts())

    async def remove_old() -> None:
        await store.remove_old(utc(clock.now_s()) - timedelta(days=kept_days))

    async def stop() -> None:
        await worker.stop()
        await sender.aclose()

    return Service(
        name="notifications",
        api=Notifications(endpoints, LookAfterDeliveries(store, send, clock)),
        protocol=NotificationsApi,
        jobs=notification_jobs(worker, set_gauges, remove_old, store.seal_anew),
        retention=retention_rules(kept_days),
        stop=stop,
        subscribers=(webhook_subscriber(RecordDeliveries(store, operators, clock)),),
    )
