"""Structured logs as JSON lines, with the correlation id of the request in each, and the trace id of a traced one."""

from __future__ import annotations

import logging
import os
import sys
import time
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

from wayfare.infrastructure import tracing
from wayfare.kernel.card_numbers import without_card_numbers

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
_LEVELS = {"warn": "warning", "exception": "error"}


def new_correlation_id() -> str:
    return os.urandom(12).hex()


def configure_logging(level: str = "info", *, json: bool = True) -> None:
    """Log to standard error: JSON lines for machines, or coloured lines for a person at a terminal."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    if json:
        processors: list[Any] = [_json_line]  # one step: each costs as much as writing the line
        factory: Any = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        processors = [
            _add_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(),
            _strike_out,
        ]
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    _route_standard_logging(threshold)


def _json_line(logger: Any, level: str, event: Any) -> bytes:
    """What a reader looks for first comes first. The last thing done: whatever was logged, no card number is."""
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, level, event)
    head = {"timestamp": _timestamp(), "level": _LEVELS.get(level, level), "event": event.pop("event", "")}
    return without_card_numbers(msgspec.json.encode(head | _add_request(logger, level, event), enc_hook=str))


class _Clock:
    """The time in UTC as RFC 3339, to the microsecond. Most lines are written in the second of the one before."""

    def __init__(self) -> None:
        self._second, self._text = 0, ""

    def __call__(self) -> str:
        now_us = time.time_ns() // 1000
        second = now_us // 1_000_000
        if second != self._second:
            self._second, self._text = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._text}.{now_us % 1_000_000:06d}Z"


_timestamp = _Clock()


def _strike_out(_: Any, __: str, line: str) -> str:
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
