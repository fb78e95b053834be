"""After some failures in a row every call fails at once for a while; then one probe goes through."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import CLOSED
from purgatory.service._async.circuitbreaker import AsyncCircuitBreaker

from wayfare.kernel.errors import Unavailable

INVITED_EVERY_S = 1.0


class Circuit:
    """purgatory's breaker, which half open lets everybody through, narrowed to one probe."""

    def __init__(self, name: str, failures_max: int, open_s: float, told: Callable[[bool], None]) -> None:
        """`told`: hears after each call whether the circuit is open."""
        self._name, self._open_s, self._told = name, open_s, told
        self._breakers = AsyncCircuitBreakerFactory(failures_max, open_s)
        self._breaker: AsyncCircuitBreaker | None = None
        self._probing = False
        self._next_invited_at = 0.0

    def invite_s(self) -> float:
        """How long somebody who has begun nothing yet should wait; 0 when they may come.

        While nobody knows whether the other side is back, one a second is told to come: that call is the probe.
        """
        left_s = self.remaining_s()
        if left_s == 0 and self._breaker is not None and self._breaker.context.state != CLOSED:
            left_s = max(0.0, self._next_invited_at - time.monotonic())
            if left_s == 0:
                self._next_invited_at = time.monotonic() + INVITED_EVERY_S
        return left_s

    def remaining_s(self) -> float:
        """How long it stays open; 0 when a call may go through."""
        if self._breaker is None or self._breaker.context.state == CLOSED:
            return 0.0
        left_s = (self._breaker.context.opened_at or 0.0) + self._open_s - time.time()
        return max(left_s, 1.0 if self._probing else 0.0)

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Raises Unavailable with `retry_after_s` while it is open; what the body raises counts as a failure."""
        if self._breaker is None:
            self._breaker = await self._breakers.get_breaker(self._name)
        left_s = self.remaining_s()
        if left_s > 0:
            raise Unavailable(f"{self._name} is down; its circuit is open", retry_after_s=math.ceil(left_s))
        probe = self._breaker.context.state != CLOSED
        if probe:
            self._probing = True
        try:
            async with self._breaker:
                yield
        finally:
            if probe:
                self._probing = False
            self._told(self._breaker.context.state != CLOSED)
