"""A span around each request, outside of the edge; put there only where traces are exported."""

from __future__ import annotations

from opentelemetry.trace import Span, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wayfare.infrastructure.otlp import OtlpTracer
from wayfare.infrastructure.rpc import CORRELATION

_HEADERS = (b"traceparent", b"tracestate")
_CORRELATION = CORRELATION.encode()
_QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})


class Traced:
    """Goes on with the trace that `traceparent` names (W3C Trace Context), or begins one."""

    def __init__(self, app: ASGIApp, tracer: OtlpTracer) -> None:
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        told = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _HEADERS}
        with self._tracer.answering(scope["method"], told) as span:

            async def note(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_answer(span, message)
                await send(message)

            try:
                await self._app(scope, receive, note)
            finally:
                route = getattr(scope.get("route"), "path", None)
                if route:
                    span.update_name(f"{scope['method']} {route}")
                    span.set_attribute("http.route", route)


def _note_answer(span: Span, message: Message) -> None:
    span.set_attribute("http.response.status_code", message["status"])
    if message["status"] >= 500:
        span.set_status(StatusCode.ERROR)
    for name, value in message["headers"]:
        if name == _CORRELATION:
            span.set_attribute("wayfare.correlation_id", value.decode())
