"""Waiting rooms: above a set rate visitors take a numbered place and are let in one after another.

A room stands before one departure, or before the whole site. Numbers count from 1 in order of arrival; whose number
is not above the room's `admitted` is in.
"""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

SITE = 0
"""Stands for the whole site where the id of a departure is expected."""


class Room(msgspec.Struct, frozen=True):
    """An open room. `rate`: visitors let in per second, from `starts_s` (UTC) on. `issued`: the last number given."""

    room_id: int
    departure_id: int
    rate: float
    starts_s: float
    issued: int
    admitted: int

    @property
    def waiting(self) -> int:
        return self.issued - self.admitted

    def position(self, number: int) -> int:
        """How many are let in until it is this number's turn, itself included; 0: it is in."""
        return max(0, number - self.admitted)

    def estimate_s(self, position: int, now_s: float) -> float:
        """How long somebody at this position waits: until the start, and then at the room's rate."""
        return max(0.0, self.starts_s - now_s) + position / self.rate


class Admission(msgspec.Struct, frozen=True, array_like=True):
    """What the sealed admission says: the holder of this number, on this device, may buy until then.

    `device`: digest of the device token that has to come along. `expires_s`: UTC seconds.
    """

    room_id: int
    number: int
    device: bytes
    expires_s: int


class ListRooms(msgspec.Struct, frozen=True):
    """The rooms that are open, as they were some tenths of a second ago at most."""


class Rooms(msgspec.Struct, frozen=True):
    rooms: tuple[Room, ...]


class SpendAdmission(msgspec.Struct, frozen=True):
    """One hold on an admission. `back`: it came to nothing, take it back."""

    room_id: int
    number: int
    back: bool = False


class Spent(msgspec.Struct, frozen=True):
    holds: int


class OpenRoom(msgspec.Struct, frozen=True):
    """`starts_s`: when the first are let in, UTC seconds; None: now."""

    departure_id: int
    rate: float
    starts_s: float | None = None


class SetRate(msgspec.Struct, frozen=True):
    departure_id: int
    rate: float


class CloseRoom(msgspec.Struct, frozen=True):
    """From now on nobody waits; places and admissions of this room mean nothing any more."""

    departure_id: int


class TakeProof(msgspec.Struct, frozen=True):
    """A proof of work is handed in. `challenge`: what tells its challenge from all others. `expires_s`: UTC seconds."""

    challenge: bytes
    expires_s: int


class ProofTaken(msgspec.Struct, frozen=True):
    """`first`: it was not handed in before."""

    first: bool


PlaceState = Literal["waiting", "admitted", "expired"]


class WaitingApi(Protocol):
    async def list_rooms(self, message: ListRooms) -> Rooms: ...

    async def spend_admission(self, message: SpendAdmission) -> Spent:
        """Raises AdmissionRefused when it is not let in, has expired, or has been used for as many holds as it may."""

    async def take_proof(self, message: TakeProof) -> ProofTaken: ...

    async def open_room(self, message: OpenRoom) -> Room:
        """Raises ValidationFailed when there is one already."""

    async def set_rate(self, message: SetRate) -> Room:
        """Raises NotFound."""

    async def close_room(self, message: CloseRoom) -> Room:
        """The room as it was at its end. Raises NotFound."""
