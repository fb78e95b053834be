"""What happened becomes deliveries to the endpoints that want it, in the transaction in which the event is handled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from wayfare.infrastructure.database import Session
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.kernel.time import Clock, utc
from wayfare.services.notifications.application.ports import NewDelivery, OperatorReader, WebhookStore
from wayfare.services.notifications.domain.delivery import TRIED_FOR, webhook_id_of


class _Departures(msgspec.Struct):
    departures: tuple[str, ...] = ()


class RecordDeliveries:
    """The handler of every event, and what of them is worth taking in."""

    def __init__(self, store: WebhookStore, operators: OperatorReader, clock: Clock) -> None:
        self._store, self._operators, self._clock = store, operators, clock

    async def interest(self) -> Callable[[CloudEvent], bool] | None:
        """Which events some endpoint wants; None when none is registered."""
        if not await self._store.has_endpoints():
            return None
        endpoints = await self._store.enabled_endpoints(None, utc(self._clock.now_s()))
        return lambda event: any(endpoint.wants(event.type, _happened_at(event)) for endpoint in endpoints)

    async def __call__(self, session: Session, event: CloudEvent) -> None:
        """Raises Unavailable while an operator is asked for and no timetable is known here: tried again."""
        now = utc(self._clock.now_s())
        happened_at = _happened_at(event)
        endpoints = await self._store.enabled_endpoints(session, now)
        wanting = [endpoint for endpoint in endpoints if endpoint.wants(event.type, happened_at)]
        if any(endpoint.operators for endpoint in wanting):
            departures = msgspec.json.decode(event.data, type=_Departures).departures
            operators = self._operators.operators_of(departures)
            wanting = [endpoint for endpoint in wanting if endpoint.wants_of(operators)]
        if not wanting:
            return
        body = event.encode().decode()
        await self._store.add_deliveries(
            session,
            [
                NewDelivery(
                    endpoint_id=endpoint.id,
                    webhook_id=webhook_id_of(event.identity),
                    type=event.type,
                    key=event.partitionkey,
                    body=body,
                    made_at=happened_at,
                    due_at=now,
                    give_up_at=now + TRIED_FOR,
                )
                for endpoint in wanting
            ],
        )


def _happened_at(event: CloudEvent) -> datetime:
    return datetime.fromisoformat(event.time)
