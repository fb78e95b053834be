"""Registers endpoints, removes them, enables them again, changes their secrets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from wayfare.contracts.notifications.api import (
    AddEndpoint,
    EndpointRef,
    Endpoints,
    EndpointSecret,
    ListEndpoints,
    RotateSecret,
)
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock, utc
from wayfare.services.notifications.application.ports import OperatorReader, WebhookStore
from wayfare.services.notifications.domain.endpoint import check_url
from wayfare.services.notifications.domain.signature import new_secret

OVERLAP_S_MAX = 30 * 86_400
SHOWN = 20


class ManageEndpoints:
    def __init__(
        self,
        store: WebhookStore,
        operators: OperatorReader,
        clock: Clock,
        *,
        types: Collection[str],
        types_with_departures: Collection[str],
        http: bool,
        private: bool,
    ) -> None:
        """`types`: the events there are; `types_with_departures`: those that say which operator they are about."""
        self._store, self._operators, self._clock = store, operators, clock
        self._types, self._types_with_departures = types, types_with_departures
        self._http, self._private = http, private

    async def add(self, message: AddEndpoint) -> EndpointSecret:
        check_url(message.url, http=self._http, private=self._private)
        events = message.events
        for name in events:
            if name not in self._types:
                raise ValidationFailed.of("events", f"there is no {name!r}; there are {', '.join(self._types)}")
        if message.operators:
            self._check_operators(message.operators)
            silent = sorted(set(events) - set(self._types_with_departures))
            if silent:
                raise ValidationFailed.of("events", f"{', '.join(silent)} tell of no operator: ask without operators")
            events = events or tuple(self._types_with_departures)
        secret = new_secret()
        now = utc(self._clock.now_s())
        number = await self._store.add_endpoint(message.url, events, message.operators, secret, now)
        return EndpointSecret(number, secret)

    async def list_all(self, _: ListEndpoints) -> Endpoints:
        return Endpoints(tuple(await self._store.list_endpoints()))

    async def remove(self, message: EndpointRef) -> EndpointRef:
        await self._store.remove_endpoint(message.endpoint_id)
        return message

    async def enable(self, message: EndpointRef) -> EndpointRef:
        await self._store.enable_endpoint(message.endpoint_id)
        return message

    async def rotate(self, message: RotateSecret) -> EndpointSecret:
        if not 0 <= message.overlap_s <= OVERLAP_S_MAX:
            raise ValidationFailed.of("overlap_s", f"must be from 0 to {OVERLAP_S_MAX}")
        secret = new_secret()
        old_until = utc(self._clock.now_s()) + timedelta(seconds=message.overlap_s)
        await self._store.rotate_secret(message.endpoint_id, secret, old_until)
        return EndpointSecret(message.endpoint_id, secret)

    def _check_operators(self, operators: Collection[str]) -> None:
        known = self._operators.known()
        if known is None:
            raise ValidationFailed.of("operators", "no timetable has been imported yet")
        for name in operators:
            if name not in known:
                listed = ", ".join(sorted(known)[:SHOWN])
                raise ValidationFailed.of("operators", f"there is no operator {name!r}; there are {listed}")
