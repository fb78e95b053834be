"""What the use cases need of the world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wayfare.contracts.notifications.api import Attempt, Endpoint
from wayfare.infrastructure.database import Session
from wayfare.services.notifications.domain.delivery import Answer, Delivery
from wayfare.services.notifications.domain.endpoint import WebhookEndpoint


@dataclass(frozen=True, slots=True)
class NewDelivery:
    endpoint_id: int
    webhook_id: str
    type: str
    key: str
    body: str
    made_at: datetime
    due_at: datetime
    give_up_at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """What a failure brought about: how many deliveries were given up, whether the endpoint was disabled."""

    given_up: int
    disabled: bool


class WebhookStore(Protocol):
    async def add_endpoint(
        self, url: str, events: Sequence[str], operators: Sequence[str], secret: str, now: datetime
    ) -> int: ...

    async def get_endpoint(self, endpoint_id: int, now: datetime) -> WebhookEndpoint:
        """Raises NotFound."""

    async def list_endpoints(self) -> Sequence[Endpoint]: ...

    async def remove_endpoint(self, endpoint_id: int) -> None:
        """Raises NotFound."""

    async def enable_endpoint(self, endpoint_id: int) -> None:
        """Raises NotFound."""

    async def rotate_secret(self, endpoint_id: int, secret: str, old_until: datetime) -> None:
        """Raises NotFound."""

    async def enabled_endpoints(self, session: Session | None, now: datetime) -> Sequence[WebhookEndpoint]: ...

    async def has_endpoints(self) -> bool:
        """Also disabled ones."""

    async def add_deliveries(self, session: Session, deliveries: Sequence[NewDelivery]) -> None:
        """Those an endpoint has already are left as they are."""

    async def add_test(self, delivery: NewDelivery) -> Delivery: ...

    async def endpoints_with_due(self, now: datetime) -> Sequence[int]: ...

    async def due(self, endpoint_id: int, now: datetime, limit: int) -> Sequence[Delivery]:
        """Those whose time has come and whose key has none before them."""

    async def note_accepted(self, delivery: Delivery, answer: Answer, now: datetime) -> None: ...

    async def note_failed(
        self, delivery: Delivery, answer: Answer, now: datetime, next_at: datetime, disable: str
    ) -> Failed:
        """`disable`: the reason, or ""."""

    async def list_attempts(self, endpoint_id: int, limit: int) -> Sequence[Attempt]: ...

    async def resend(self, delivery_id: int, now: datetime, give_up_at: datetime) -> int: ...

    async def resend_since(self, endpoint_id: int, since: datetime, now: datetime, give_up_at: datetime) -> int: ...

    async def endpoint_of(self, delivery_id: int) -> int:
        """Raises NotFound."""

    async def remove_old(self, before: datetime) -> None: ...

    async def counts(self) -> Mapping[str, int]:
        """Deliveries that are pending and failed, endpoints enabled and disabled."""


class WebhookSender(Protocol):
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Never raises: what goes wrong is the answer."""


class OperatorReader(Protocol):
    def operators_of(self, departures: Sequence[str]) -> Collection[str]:
        """Who runs them, as "feed:agency_id". Raises Unavailable while no timetable is known here."""

    def known(self) -> Collection[str] | None:
        """Every operator; None while no timetable is known here."""
