"""Spans of OpenTelemetry, made by hand and exported by OTLP over HTTP; read by the door `tracing.py`.

A span says what was done, how long it took and how it ended, never for whom: no body, no query string, no argument of
a statement. Context crosses processes as W3C Trace Context (https://www.w3.org/TR/trace-context/), in events as the
CloudEvents extension "distributed tracing". Sampling, headers and certificates follow the SDK's own OTEL_ variables.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from wayfare.infrastructure.events.cloud_event import CloudEvent

_STATEMENT_CHARS_MAX = 2_000
_EXPORT_S = 3.0
"""How long one export may take, retries included: also what a collector that is away delays the end by."""
_W3C = TraceContextTextMapPropagator()
_causes: ContextVar[Mapping[int, str] | None] = ContextVar("causes", default=None)
"""Of the batch that is being written: traceparent by the identity of the request."""


class OtlpTracer:
    def __init__(self, url: str, service_name: str) -> None:
        """`url`: of the collector, without /v1/traces."""
        name = os.environ.get("OTEL_SERVICE_NAME") or service_name
        self._provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(f"{url.rstrip('/')}/v1/traces", timeout=_EXPORT_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("wayfare")

    def stop(self) -> None:
        self._provider.shutdown()

    @contextmanager
    def answering(self, method: str, headers: Mapping[str, str]) -> Iterator[Span]:
        """A request from outside, in the trace that its headers name if they do."""
        context = _W3C.extract(headers, Context())
        attributes = {"http.request.method": method}
        with _current(self._tracer.start_span(method, context, SpanKind.SERVER, attributes)) as span:
            yield span

    @contextmanager
    def calling(self, name: str, headers: dict[str, str]) -> Iterator[None]:
        """A call to another process, which is told by `headers`."""
        with _current(self._tracer.start_span(name, kind=SpanKind.CLIENT)):
            _W3C.inject(headers)
            yield

    @contextmanager
    def queued(self, lane: str) -> Iterator[str]:
        """A call of a lane, from its arrival to its answer. Gives its traceparent, "" when nobody traces it."""
        if not trace.get_current_span().is_recording():
            yield ""
            return
        with _current(self._tracer.start_span(f"lane {lane}")) as span:
            yield _traceparent(span)

    @contextmanager
    def writing(self, lane: str, requests: Sequence[object], traceparents: Sequence[str]) -> Iterator[None]:
        """The transaction of a lane's batch: a part of the first traced call, linked to the others."""
        causes = {id(request): told for request, told in zip(requests, traceparents, strict=True) if told}
        if not causes:
            yield
            return
        first, *others = causes.values()
        links = [Link(trace.get_current_span(_context_of(told)).get_span_context()) for told in others]
        span = self._tracer.start_span(f"batch {lane}", _context_of(first), links=links)
        span.set_attribute("db.operation.batch.size", len(requests))
        token = _causes.set(causes)
        try:
            with _current(span):
                yield
        finally:
            _causes.reset(token)

    def note_statement(self, query: Any) -> None:
        """A statement that asyncpg has just finished, told a moment later in the context it was made in."""
        if not trace.get_current_span().get_span_context().trace_flags.sampled:  # it may have ended meanwhile
            return
        ended = time.time_ns()
        text = query.query.strip()
        operation = text.split(None, 1)[0].upper() if text else "?"
        attributes = {
            "db.system.name": "postgresql",
            "db.operation.name": operation,
            "db.query.text": text[:_STATEMENT_CHARS_MAX],
        }
        started = ended - round(query.elapsed * 1e9)
        span = self._tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes, start_time=started)
        if query.exception is not None:
            span.set_status(Status(StatusCode.ERROR, type(query.exception).__name__))
        span.end(ended)

    @contextmanager
    def publishing(self, topic: str, events: Sequence[CloudEvent]) -> Iterator[Sequence[CloudEvent]]:
        spans = [self._event_span("publish", topic, event, SpanKind.PRODUCER) for event in events]
        try:
            yield [
                event if span is None else msgspec.structs.replace(event, traceparent=_traceparent(span))
                for event, span in zip(events, spans, strict=True)
            ]
        finally:
            for span in spans:
                if span is not None:
                    span.end()

    @contextmanager
    def handling(self, consumer: str, events: Sequence[CloudEvent]) -> Iterator[None]:
        spans = [self._event_span("process", consumer, event, SpanKind.CONSUMER) for event in events]
        traced = [span for span in spans if span is not None]
        with ExitStack() as ends:
            for span in reversed(traced):
                ends.enter_context(_current(span))
            yield

    def traceparent(self, cause: object = None) -> str:
        """Of `cause`, a request of the batch being written, or of the present span; "" when nobody traces it."""
        causes = _causes.get()
        if cause is not None and causes is not None:
            return causes.get(id(cause), "")
        return _traceparent(trace.get_current_span())

    def trace_id(self) -> str:
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else ""

    def _event_span(self, verb: str, by: str, event: CloudEvent, kind: SpanKind) -> Span | None:
        if not event.traceparent:
            return None
        attributes = {"messaging.operation.name": verb, "messaging.message.id": event.id, "event.type": event.type}
        return self._tracer.start_span(f"{verb} {event.type} {by}", _context_of(event.traceparent), kind, attributes)


@contextmanager
def _current(span: Span) -> Iterator[Span]:
    """The present span for the block. Of an error it notes the name alone: a message may say whose data it was."""
    with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield span
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _context_of(traceparent: str) -> Context:
    return _W3C.extract({"traceparent": traceparent}, Context())


def _traceparent(span: Span) -> str:
    if not span.is_recording():
        return ""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier["traceparent"]
