"""Traces: what a request does in every process it reaches. Off until `start`; then `active` makes the spans.

Whoever hands work on (edge, rpc, lane, statement, relay, consumer) looks whether `active` is None, and goes on at once
when it is: tracing that is off costs one look. `start` alone loads `otlp.py` and the OpenTelemetry SDK with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wayfare.kernel.errors import ConfigurationError

if TYPE_CHECKING:
    from wayfare.infrastructure.events.cloud_event import CloudEvent
    from wayfare.infrastructure.otlp import OtlpTracer

active: OtlpTracer | None = None
"""Read it as `tracing.active`; a copy would stay as it was."""


def start(url: str, service_name: str) -> None:
    """Export the spans of this process from now on. Raises `ConfigurationError` when the SDK is not installed."""
    global active  # noqa: PLW0603  one process, one tracer
    try:
        from wayfare.infrastructure.otlp import OtlpTracer
    except ImportError as error:
        raise ConfigurationError(f"WAYFARE_OTLP_URL needs a library that is not installed: {error.name}") from None
    active = OtlpTracer(url, service_name)


async def stop() -> None:
    """Send what is left and make no more spans."""
    global active
    tracer, active = active, None
    if tracer is not None:
        await asyncio.to_thread(tracer.stop)


def trace_id() -> str:
    """Of the present request, for log lines; "" without one."""
    return "" if active is None else active.trace_id()


@contextmanager
def publishing(topic: str, events: Sequence[CloudEvent]) -> Iterator[Sequence[CloudEvent]]:
    """The events as they are to be sent, while they are: whoever takes them in goes on from here."""
    if active is None or not any(event.traceparent for event in events):
        yield events
        return
    with active.publishing(topic, events) as sent:
        yield sent


@contextmanager
def handling(consumer: str, events: Sequence[CloudEvent]) -> Iterator[None]:
    """Each traced event gets a span as long as the block; what is done in it belongs to the first one."""
    if active is None or not any(event.traceparent for event in events):
        yield
        return
    with active.handling(consumer, events):
        yield
