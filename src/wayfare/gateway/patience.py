"""Requests that take too long are ended: one look a second at those that run, instead of a timer for each.

Before an answer has begun, its task is cancelled. What the request began goes on from its rows, as after a crash.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from wayfare.kernel.errors import BodyTooSlow, RequestTimedOut, WayfareError

LOOK_EVERY_S = 0.5


class Awaited(Protocol):
    """A request that is being answered. `started`: by time.perf_counter; `status`: 0 until the answer has begun."""

    started: float
    status: int
    reading: bool
    overdue: WayfareError | None


class Patience:
    def __init__(self, request_s: float, body_s: float) -> None:
        """`request_s`: until an answer begins; `body_s`: until the whole body of a request is there."""
        self._request_s, self._body_s = request_s, body_s
        self._running: dict[Awaited, asyncio.Task[Any] | None] = {}
        self._task: asyncio.Task[None] | None = None

    def begin(self, request: Awaited) -> None:
        """In the task that answers it."""
        self._running[request] = asyncio.current_task()

    def end(self, request: Awaited) -> None:
        del self._running[request]

    def start(self) -> None:
        self._task = asyncio.create_task(self._look_for_ever(), name="patience")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look(self) -> None:
        """End what took too long. The oldest come first."""
        now = time.perf_counter()
        for request, task in self._running.items():
            age_s = now - request.started
            if age_s < self._body_s and age_s < self._request_s:
                return
            if request.status or request.overdue is not None or task is None:
                continue
            if request.reading and age_s >= self._body_s:
                request.overdue = BodyTooSlow()
            elif age_s >= self._request_s:
                request.overdue = RequestTimedOut()
            else:
                continue
            task.cancel()

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self.look()
