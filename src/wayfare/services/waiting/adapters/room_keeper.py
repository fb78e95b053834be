"""The open rooms as this process knows them, and the clock that lets visitors in.

Every process lets in: what is due is reckoned by the database from when it was last done, so it does not matter who
does it, how many there are, or which of them dies.
"""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from wayfare.contracts.waiting.api import Room
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import WayfareError
from wayfare.services.waiting.adapters import metrics
from wayfare.services.waiting.adapters.room_store import PostgresRooms

log = structlog.get_logger()

TICK_S = 0.1
IDLE_S = 0.4
"""While no room is open, one is looked for so often."""
_FAILED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, WayfareError)


class RoomKeeper:
    """The port OpenRooms; `start` before use, `stop` after."""

    def __init__(self, database: Database, store: PostgresRooms) -> None:
        self._database, self._store = database, store
        self._rooms: dict[int, Room] = {}
        self._task: asyncio.Task[None] | None = None

    def all(self) -> tuple[Room, ...]:
        return tuple(self._rooms.values())

    def find(self, departure_id: int) -> Room | None:
        return self._rooms.get(departure_id)

    def find_by_id(self, room_id: int) -> Room | None:
        return next((room for room in self._rooms.values() if room.room_id == room_id), None)

    async def start(self) -> None:
        await self.read()
        self._task = asyncio.create_task(self._keep(), name="waiting-rooms")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def read(self) -> None:
        self._rooms = {room.departure_id: room for room in await self._store.list_open()}
        metrics.OPEN.set(len(self._rooms))
        metrics.WAITING.set(sum(room.waiting for room in self._rooms.values()))

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(TICK_S if self._rooms else IDLE_S)
            if not self._database.is_up:
                continue
            try:
                if self._rooms:
                    metrics.ADMITTED.inc(await self._store.let_in(TICK_S))
                await self.read()
            except _FAILED as error:  # nobody is let in while the database is away; then it goes on
                log.warning("waiting_rooms.not_kept", error=f"{type(error).__name__}: {error}")
