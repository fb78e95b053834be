"""Structured logs as JSON lines, with the correlation id of the request in each, and the trace id of a traced one."""

from __future__ import annotations

import logging
import os
import sys
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

from wayfare.infrastructure import tracing
from wayfare.kernel.card_numbers import without_card_numbers

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def new_correlation_id() -> str:
    return os.urandom(12).hex()


def configure_logging(level: str = "info", *, json: bool = True) -> None:
    """Log to standard error: JSON lines for machines, or coloured lines for a person at a terminal."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        _add_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if json:
        shared += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_encode)]
        factory: Any = structlog.BytesLoggerFactory(sys.stderr.buffer)
        shared += [_strike_out]
    else:
        shared += [structlog.dev.ConsoleRenderer(), _strike_out]
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    _route_standard_logging(threshold)


def _encode(event: Any, **_: Any) -> bytes:
    """What a reader looks for first comes first."""
    head = {"timestamp": event.pop("timestamp", ""), "level": event.pop("level", ""), "event": event.pop("event", "")}
    return msgspec.json.encode(head | event, enc_hook=str)


def _strike_out(_: Any, __: str, line: Any) -> Any:
    """The last thing done to a line: whatever was logged, no card number is."""
    if isinstance(line, bytes):
        return without_card_numbers(line)
    return without_card_numbers(line.encode(errors="replace")).decode()


def _add_request(_: Any, __: str, event: Any) -> Any:
    current = correlation_id.get()
    if current:
        event.setdefault("correlation_id", current)
    if tracing.active is not None and (trace_id := tracing.active.trace_id()):
        event["trace_id"] = trace_id
    return event


class _ToStructlog(logging.Handler):
    """Libraries log through the standard module; their lines take the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        facts: dict[str, Any] = {"logger": record.name}
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        logger.log(record.levelno, record.getMessage(), **facts)


def _route_standard_logging(threshold: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_ToStructlog()]
    root.setLevel(max(threshold, logging.INFO))
    for noisy in ("uvicorn.access", "httpx2", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
