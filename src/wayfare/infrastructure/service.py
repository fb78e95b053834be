"""What a service gives the composition root: the only thing `wiring.build` returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from wayfare.infrastructure.events.consumer import Subscriber
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule


async def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Service:
    """One running service of this process.

    `api` implements `protocol` of the contracts; `routers` hold its public routes under /v1; `start` opens what it
    needs and `stop` drains it, in that order around the life of the process.
    """

    name: str
    api: Any
    protocol: type
    routers: Sequence[APIRouter] = ()
    jobs: Sequence[PeriodicJob] = ()
    start: Callable[[], Awaitable[None]] = _nothing
    stop: Callable[[], Awaitable[None]] = _nothing
    outboxes: Sequence[Outbox] = ()  # what it publishes
    subscribers: Sequence[Subscriber] = ()  # what it listens to; in its own database
    retention: Sequence[RetentionRule] = ()  # how long it keeps what, in its own database
    lanes: int = 0  # dedicated database connections, beside the pool
    internals: dict[str, Any] = field(default_factory=dict)  # for metrics: name -> callable giving a number
