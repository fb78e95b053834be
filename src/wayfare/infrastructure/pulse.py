"""Whether PostgreSQL answers, known before anybody has to find out by waiting.

A server that is gone refuses connections at once. One that hangs (a stopped machine, a dead disk, a cut network)
refuses nothing and lets every caller wait for its own time-out. So each process asks one question a second on a
connection of its own; when two in a row get no answer, the database is away until one gets through again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import structlog

from wayfare.infrastructure.metrics import Gauge
from wayfare.kernel.errors import WayfareError

log = structlog.get_logger()

EVERY_S = 1.0
EVERY_S_AWAY = 0.25
ANSWER_S = 2.0
UP = Gauge("wayfare_database_up", "1 while PostgreSQL answers this process", ["database"], multiprocess_mode="livemin")


class Pulse:
    """`connect` opens a connection, `cut` closes all others of this process at once, waiting for nobody."""

    def __init__(self, name: str, connect: Callable[[], Awaitable[Any]], cut: Callable[[], Awaitable[None]]) -> None:
        self.is_up = True
        self._name, self._connect, self._cut = name, connect, cut
        self._connection: Any = None
        self._broken = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        UP.labels(self._name).set(1)
        self._watch = asyncio.create_task(self._run(), name="database pulse")

    async def stop(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        self._drop()

    async def _run(self) -> None:
        while True:
            try:
                # A second question: that this process stalled for a moment is no outage.
                alive = await self._answers() or (self.is_up and await self._answers())
                if alive != self.is_up:
                    await self._turn(alive)
            except Exception:  # without a watch nobody would ever learn that the database is back
                log.exception("database.watch_failed", database=self._name)
            try:
                await asyncio.wait_for(self._broken.wait(), EVERY_S if self.is_up else EVERY_S_AWAY)
            except TimeoutError:
                continue

    async def _answers(self) -> bool:
        self._broken.clear()
        try:
            async with asyncio.timeout(ANSWER_S):
                if self._connection is None:
                    self._connection = await self._connect()
                    self._connection.add_termination_listener(lambda _: self._broken.set())
                await self._connection.fetchval("SELECT 1")
        except (WayfareError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            self._drop()
            return False
        return True

    async def _turn(self, alive: bool) -> None:
        self.is_up = alive
        UP.labels(self._name).set(alive)
        if alive:
            log.info("database.back", database=self._name)
        else:
            log.error("database.away", database=self._name)
            await self._cut()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
