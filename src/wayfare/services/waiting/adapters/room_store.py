"""Rooms in PostgreSQL."""

from __future__ import annotations

from wayfare.contracts.waiting.api import Room
from wayfare.infrastructure.database import Database, Row
from wayfare.services.waiting.adapters import sql


class PostgresRooms:
    """The port RoomStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, departure_id: int, rate: float, starts_s: float | None) -> Room | None:
        return _room(await self._database.fetchrow(sql.OPEN_ROOM, departure_id, rate, starts_s))

    async def set_rate(self, departure_id: int, rate: float) -> Room | None:
        return _room(await self._database.fetchrow(sql.SET_RATE, departure_id, rate))

    async def close(self, departure_id: int) -> Room | None:
        return _room(await self._database.fetchrow(sql.CLOSE_ROOM, departure_id))

    async def list_open(self) -> tuple[Room, ...]:
        return tuple(Room(**row) for row in await self._database.fetch(sql.LIST_ROOMS))

    async def tidy(self) -> None:
        """Forget who waited in rooms that were closed, and proofs of work that nobody can hand in again."""
        await self._database.execute(sql.TIDY)

    async def let_in(self, every_s: float) -> int:
        """Let in whoever's turn it is, unless somebody did so `every_s` seconds ago; how many."""
        async with self._database.transaction() as session:
            due = [row["room_id"] for row in await session.fetch(sql.LOCK_DUE_ROOMS, every_s)]
            admitted: int = await session.fetchval(sql.LET_IN, due) if due else 0
            return admitted


def _room(row: Row | None) -> Room | None:
    return None if row is None else Room(**row)
