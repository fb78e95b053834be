"""What the use cases need."""

from __future__ import annotations

from typing import Protocol

from wayfare.contracts.waiting.api import Room
from wayfare.services.waiting.domain.places import Joining


class OpenRooms(Protocol):
    """The rooms as this process knows them: read some times a second, asked without a statement."""

    def all(self) -> tuple[Room, ...]: ...

    def find(self, departure_id: int) -> Room | None: ...

    def find_by_id(self, room_id: int) -> Room | None: ...


class RoomStore(Protocol):
    async def open(self, departure_id: int, rate: float, starts_s: float | None) -> Room | None:
        """None when there is one already."""
        ...

    async def set_rate(self, departure_id: int, rate: float) -> Room | None: ...

    async def close(self, departure_id: int) -> Room | None: ...


class PlaceStore(Protocol):
    async def join(self, joining: Joining) -> int:
        """The number: a new one, or that of the earlier place of this device or customer.

        Raises NotFound (closed), TooManyPlaces, Unavailable.
        """
        ...

    async def admitted_s(self, room_id: int, number: int) -> float | None:
        """When this number was let in, UTC seconds; None: not yet, or its place is gone."""
        ...

    async def spend(self, room_id: int, number: int) -> int | None:
        """How many holds it has now; None when it may have no more, or not any more."""
        ...

    async def take_back(self, room_id: int, number: int) -> int | None: ...

    async def take_proof(self, challenge: bytes, expires_s: int) -> bool:
        """Whether this proof of work is handed in for the first time."""
        ...
