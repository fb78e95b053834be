"""Turns: work of milliseconds on the event loop, one piece per round, so that it never stands in front of short work.

A search costs as much processor time as several bookings, and an event loop serves whoever is ready in order: behind
fifty searches each step of a booking waits for all fifty. With turns it waits for one piece of one of them.
"""

from __future__ import annotations

import asyncio
from collections import deque

from wayfare.kernel.errors import Unavailable


class Turns:
    """`waiting_max`: how many may queue; a longer queue would serve those who have left."""

    def __init__(self, name: str, waiting_max: int) -> None:
        self._name, self._waiting_max = name, waiting_max
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._running = False

    async def enter(self) -> None:
        """As `take`, for the first piece. Raises Unavailable when too many wait already."""
        if len(self._waiting) >= self._waiting_max:
            raise Unavailable(f"too many {self._name} at the moment")
        await self.take()

    async def take(self) -> None:
        """Waits for this caller's turn: until its next await it works alone in this round of the event loop."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if not self._running:
            self._running = True
            self._next()
        await turn

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who gave up meanwhile is passed over
                turn.set_result(None)
                # It wakes up in the next round; whoever follows, in the one after that.
                loop = asyncio.get_running_loop()
                loop.call_soon(loop.call_soon, self._next)
                return
        self._running = False
