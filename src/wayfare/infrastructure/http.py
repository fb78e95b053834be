"""HTTP helpers for the services' entrypoints: strict bodies, lean routes, encoded answers."""

from __future__ import annotations

import hashlib
from calendar import timegm
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

import msgspec
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from wayfare.kernel.errors import ValidationFailed

_ERRORS_MAX = 20
DEPRECATION = "x-deprecation"
PUBLIC = {"cache-control": "public, max-age=60"}
"""Of answers that are the same for all, such as the timetable's: the edge gives them an ETag."""
IDEMPOTENCY_KEY_MAX = 200


class Body(BaseModel):
    """A request body: unknown fields are refused, values are not coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Answer(BaseModel):
    """A response body, for the published schema; hot routes encode theirs directly."""

    model_config = ConfigDict(frozen=True)


def encoded(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response, encoded once."""
    return Response(msgspec.json.encode(content), status, dict(headers or {}), "application/json")


def deprecated_since(since: date, *, until: date, instead: str) -> dict[str, Any]:
    """What a route that will go is declared with: `@router.get(path, **deprecated_since(…))`.

    `since`, `until`: from the beginning of these days, in UTC, it is deprecated, and gone; `instead`: where to read
    what to use. The edge tells callers so in each answer.
    """
    midnight = datetime.combine(until, time(), UTC)
    said = {
        "deprecation": f"@{timegm(since.timetuple())}",
        "sunset": format_datetime(midnight, usegmt=True),
        "link": f'<{instead}>; rel="deprecation"',
    }
    return {"deprecated": True, "openapi_extra": {DEPRECATION: said}}


def parse_body(model: type[BaseModel], raw: bytes) -> Any:
    """Validate JSON bytes. Raises `ValidationFailed` naming each field that is wrong."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False)) from None


def invalid(errors: Any) -> ValidationFailed:
    """The problem of a list of Pydantic errors."""
    listed = [
        {"field": ".".join(str(part) for part in item["loc"]) or "body", "message": str(item["msg"])}
        for item in errors[:_ERRORS_MAX]
    ]
    first = listed[0]
    return ValidationFailed(f"{first['field']}: {first['message']}", errors=listed)


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key header. Raises `ValidationFailed` when it is empty, too long or not printable ASCII."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX or not key.isascii() or not key.isprintable():
        raise ValidationFailed.of("Idempotency-Key", f"1 to {IDEMPOTENCY_KEY_MAX} printable ASCII characters")
    return key


def fingerprint(raw: bytes) -> str:
    """Tells one request body from another."""
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


class LeanRoute(APIRoute):
    """A route without dependency injection: the body is validated from its bytes, the endpoint's response is final.

    The endpoint is `async def endpoint(request, body, raw) -> Response`, declared by `@lean(model)`. FastAPI still
    knows it (paths, OpenAPI), but where its path has no parameters the edge calls `lean_app` directly: the way through
    FastAPI's middleware and routing costs more than the rest of a hot request.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        endpoint = self.endpoint
        model = LEAN_BODIES[endpoint]

        async def handle(request: Request) -> Response:
            raw = await request.body()
            response: Response = await endpoint(request, parse_body(model, raw), raw)
            return response

        return handle

    def lean_app(self, admit: Callable[[Scope], Awaitable[None]]) -> ASGIApp:
        """This route alone as an ASGI application behind `admit`; errors by name are left to the caller."""
        handle = self.get_route_handler()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["route"] = self
            await admit(scope)
            response = await handle(Request(scope, receive))
            await response(scope, receive, send)

        return app


LEAN_BODIES: dict[Callable[..., Any], type[BaseModel]] = {}


def lean(model: type[BaseModel]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the body model of a lean endpoint `async def endpoint(request, body, raw) -> Response`."""

    def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        LEAN_BODIES[endpoint] = model
        return endpoint

    return declare
