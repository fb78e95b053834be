"""Open and close rooms, and set how fast they let in."""

from __future__ import annotations

import math

from wayfare.contracts.waiting.api import SITE, CloseRoom, OpenRoom, Room, SetRate
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.ids import format_departure
from wayfare.services.waiting.application.ports import RoomStore

RATE_MAX = 10_000.0


def room_name(departure_id: int) -> str:
    """The public name: "site", or the departure's."""
    return "site" if departure_id == SITE else format_departure(departure_id)


class KeepRooms:
    def __init__(self, store: RoomStore) -> None:
        self._store = store

    async def open(self, message: OpenRoom) -> Room:
        """Raises ValidationFailed."""
        room = await self._store.open(message.departure_id, _checked(message.rate), message.starts_s)
        if room is None:
            raise ValidationFailed.of("room", f"{room_name(message.departure_id)} has an open waiting room already")
        return room

    async def set_rate(self, message: SetRate) -> Room:
        """Raises ValidationFailed, NotFound."""
        return _found(await self._store.set_rate(message.departure_id, _checked(message.rate)), message.departure_id)

    async def close(self, message: CloseRoom) -> Room:
        """Raises NotFound."""
        return _found(await self._store.close(message.departure_id), message.departure_id)


def _checked(rate: float) -> float:
    if not math.isfinite(rate) or not 0 < rate <= RATE_MAX:
        raise ValidationFailed.of("rate", f"more than 0 and at most {RATE_MAX:,.0f} visitors per second")
    return rate


def _found(room: Room | None, departure_id: int) -> Room:
    if room is None:
        raise NotFound(f"{room_name(departure_id)} has no open waiting room")
    return room
