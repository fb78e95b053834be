"""Turns: work of milliseconds on the event loop, one piece per round, so that it never stands in front of short work.

A search costs as much processor time as several bookings, and an event loop serves whoever is ready in order: behind
fifty searches each step of a booking waits for all fifty. With turns it waits for one piece of one of them; and while
anybody waits for the answer to a write, the pieces pause for as long as they work, so that the steps of a booking, and
the database that shares the machine, have the other half of the time.
"""

from __future__ import annotations

import asyncio
from collections import deque

from wayfare.kernel.errors import Unavailable

_PAUSE_S_MAX = 0.05


class Traffic:
    """`writes`: requests that write and are not answered yet, in this process."""

    __slots__ = ("writes",)

    def __init__(self) -> None:
        self.writes = 0


class Turns:
    """`waiting_max`: how many may queue; a longer queue would serve those who have left.

    `traffic`: what to give way to.
    """

    def __init__(self, name: str, waiting_max: int, traffic: Traffic) -> None:
        self._name, self._waiting_max, self._traffic = name, waiting_max, traffic
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
                # It wakes up in the next round; whoever follows, in the one after that at the earliest.
                loop = asyncio.get_running_loop()
                loop.call_soon(loop.call_soon, self._after, loop.time())
                return
        self._running = False

    def _after(self, begun: float) -> None:
        if not self._traffic.writes:
            self._next()
            return
        loop = asyncio.get_running_loop()
        loop.call_later(min(loop.time() - begun, _PAUSE_S_MAX), self._next)
