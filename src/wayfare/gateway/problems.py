"""Errors in their HTTP form: application/problem+json (RFC 9457) with a stable `code`."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from wayfare.infrastructure.http import invalid
from wayfare.infrastructure.security_events import Kind, note_security_event
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.card_numbers import without_card_numbers
from wayfare.kernel.errors import ValidationFailed, WayfareError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2

STATUS: dict[str, int] = {
    "validation_failed": 422,
    "ambiguous_place": 422,
    "idempotency_conflict": 422,
    "offer_invalid": 422,
    "import_refused": 422,
    "card_number_refused": 422,
    "ticket_refused": 422,
    "ticket_unreadable": 422,
    "ticket_key_unknown": 422,
    "ticket_forged": 422,
    "body_too_large": 413,
    "not_found": 404,
    "wallet_not_configured": 404,
    "unauthenticated": 401,
    "signature_refused": 401,
    "invalid_grant": 400,
    "second_factor_needed": 403,
    "link_invalid": 422,
    "forbidden": 403,
    "rate_limited": 429,
    "request_timed_out": 503,
    "body_too_slow": 408,
    "too_many_holds": 429,
    "too_many_places": 429,
    "proof_of_work_needed": 429,
    "admission_needed": 429,
    "admission_refused": 403,
    "payment_declined": 402,
    "offer_expired": 409,
    "departure_closed": 409,
    "departure_cancelled": 409,
    "sold_out": 409,
    "units_taken": 409,
    "hold_expired": 409,
    "hold_used": 409,
    "payment_pending": 409,
    "booking_not_cancellable": 409,
    "tickets_not_valid": 409,
    "refund_offer_expired": 409,
    "name_not_changeable": 409,
    "booking_not_exchangeable": 409,
    "exchange_offer_expired": 409,
    "unavailable": 503,
    "configuration_error": 500,
    "internal_error": 500,
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457); `code` is stable.",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "code": {"type": "string"},
                        "correlation_id": {"type": "string"},
                    },
                }
            }
        },
    }
}
"""The answer every public route may also give, for the OpenAPI document."""
_SECURITY: dict[str, Kind] = {
    "unauthenticated": "token_refused",
    "signature_refused": "signature_refused",
    "forbidden": "permission_refused",
    "rate_limited": "rate_limited",
    "offer_invalid": "offer_refused",
    "link_invalid": "link_refused",
    "card_number_refused": "card_number_refused",
}
"""Refusals that are counted and logged as security events; refused log-ins are told where they happen."""
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class Refused(HTTPException):
    """A refusal while the body is read: FastAPI makes a 400 of any other exception then."""

    def __init__(self, reason: WayfareError) -> None:
        super().__init__(STATUS[reason.code])
        self.reason = reason


def problem(code: str, title: str, detail: str, status: int, **facts: Any) -> Response:
    """A problem response. `facts` become extra members; one that was told before brings its own correlation id."""
    body = {"type": f"urn:wayfare:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    current = facts.get("correlation_id") or correlation_id.get()
    if current:
        body["correlation_id"] = current
    headers = {"Retry-After": str(facts.get("retry_after_s", RETRY_AFTER_S))} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = without_card_numbers(msgspec.json.encode({**facts, **body}, enc_hook=str))
    return Response(content, status, headers, MEDIA_TYPE)


def problem_of(error: WayfareError) -> Response:
    kind = _SECURITY.get(error.code)
    if kind is not None:
        note_security_event(kind)
    return problem(error.code, error.title, error.detail, STATUS[error.code], **error.facts)


def internal_problem() -> Response:
    """What a caller may know of an unexpected error: nothing but the correlation id."""
    return problem("internal_error", WayfareError.title, "An unexpected error; it has been logged.", 500)


async def _on_wayfare_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, WayfareError)
    return problem_of(error)


async def _on_request_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_of(invalid(error.errors()))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, Refused):
        return problem_of(error.reason)
    if error.status_code == 400:  # what FastAPI says of a body that is not JSON, or not even text
        return problem_of(ValidationFailed.of("body", "is not valid JSON in UTF-8"))
    code = _HTTP_CODES.get(error.status_code, "http_error")
    detail = f"{request.method} {request.url.path[:200]}: {error.detail}"
    response = problem(code, str(error.detail), detail, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _on_unexpected(_: Request, __: Exception) -> Response:
    return internal_problem()


def install(app: FastAPI) -> None:
    """Make every error of this app a problem."""
    app.add_exception_handler(Exception, _on_unexpected)
    app.add_exception_handler(WayfareError, _on_wayfare_error)
    app.add_exception_handler(RequestValidationError, _on_request_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)
