"""Notifications: who is told what happens. Today partners, by signed webhooks."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

DeliveryState = Literal["pending", "delivered", "failed"]


class AddEndpoint(msgspec.Struct, frozen=True):
    """`events`: types of events, none for all of them. `operators`: "feed:agency_id", none for all of them."""

    url: str
    events: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()


class EndpointSecret(msgspec.Struct, frozen=True):
    """The secret is shown this once."""

    endpoint_id: int
    secret: str  # whsec_ and base64


class EndpointRef(msgspec.Struct, frozen=True):
    endpoint_id: int


class RotateSecret(msgspec.Struct, frozen=True):
    """For `overlap_s` seconds messages are signed with the old secret too."""

    endpoint_id: int
    overlap_s: int


class Endpoint(msgspec.Struct, frozen=True):
    """Instants are UTC seconds. `failing_since_s`: when nothing but failures began. `disabled_reason`: "" when it is
    enabled.
    """

    endpoint_id: int
    url: str
    events: tuple[str, ...]
    operators: tuple[str, ...]
    created_s: int
    failing_since_s: int | None
    disabled_s: int | None
    disabled_reason: str
    pending: int
    failed: int


class ListEndpoints(msgspec.Struct, frozen=True):
    """All of them."""


class Endpoints(msgspec.Struct, frozen=True):
    endpoints: tuple[Endpoint, ...]


class ListAttempts(msgspec.Struct, frozen=True):
    """The newest attempts of an endpoint first."""

    endpoint_id: int
    limit: int = 50


class Attempt(msgspec.Struct, frozen=True):
    """One request. `status` is 0 when no answer came: `error` says why then. `answer`: its first characters."""

    delivery_id: int
    webhook_id: str
    type: str
    state: DeliveryState  # of the delivery, now
    at_s: int
    status: int
    duration_ms: int
    answer: str
    error: str


class Attempts(msgspec.Struct, frozen=True):
    attempts: tuple[Attempt, ...]


class ResendDeliveries(msgspec.Struct, frozen=True):
    """One delivery, or with `since_s` (UTC seconds) all of an endpoint whose events happened since then."""

    delivery_id: int | None = None
    endpoint_id: int | None = None
    since_s: int | None = None


class Resent(msgspec.Struct, frozen=True):
    count: int


class NotificationsApi(Protocol):
    async def add_endpoint(self, message: AddEndpoint) -> EndpointSecret:
        """Raises ValidationFailed for an address, an event or an operator that cannot be."""

    async def list_endpoints(self, message: ListEndpoints) -> Endpoints: ...

    async def remove_endpoint(self, message: EndpointRef) -> EndpointRef:
        """With its deliveries. Raises NotFound."""

    async def enable_endpoint(self, message: EndpointRef) -> EndpointRef:
        """Tell one again that was disabled. Raises NotFound."""

    async def rotate_secret(self, message: RotateSecret) -> EndpointSecret:
        """Raises NotFound."""

    async def list_attempts(self, message: ListAttempts) -> Attempts:
        """Raises NotFound."""

    async def resend(self, message: ResendDeliveries) -> Resent:
        """Send again, under the same ids, for another 72 hours. Raises NotFound, ValidationFailed."""

    async def send_test(self, message: EndpointRef) -> Attempt:
        """Sends `webhook.test` once, now. Raises NotFound."""
