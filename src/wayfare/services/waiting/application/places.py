"""Take a place in the queue, and look how far it has come."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import msgspec

from wayfare.contracts.waiting.api import Admission, PlaceState, Room
from wayfare.infrastructure.addresses import Networks, network_of
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.waiting_door import device_digest
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.services.waiting.application.ports import OpenRooms, PlaceStore
from wayfare.services.waiting.domain.places import Joining, PlaceToken, poll_after_s, whole_seconds


class Standing(msgspec.Struct, frozen=True):
    """How somebody stands: `position` 0 and an admission when it is his turn.

    `estimate_s` and `poll_after_s`: seconds. `expires_s`: when the admission ends, UTC seconds.
    """

    room: Room
    place: str
    state: PlaceState
    number: int
    position: int
    estimate_s: int
    poll_after_s: float
    admission: str | None = None
    expires_s: int | None = None


class Visitor(msgspec.Struct, frozen=True):
    """Who asks for a place: the token of the device, the address, the customer's id if he is logged in."""

    device: str
    address: str
    customer: str | None = None


class Places:
    def __init__(
        self,
        rooms: OpenRooms,
        store: PlaceStore,
        secret: bytes,
        many_from: Networks,
        admission_s: int,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """`admission_s`: how long somebody who was let in may buy."""
        self._rooms, self._store, self._many_from = rooms, store, many_from
        self._admission_s, self.now_s = admission_s, now_s
        self._key = hashlib.blake2b(b"waiting-visitors", key=secret[:64], digest_size=32).digest()
        self._place_seal = Seal(secret, "waiting-place", PlaceToken, ValidationFailed)
        self._admission_seal = Seal(secret, "admission", Admission, ValidationFailed)

    def room(self, departure_id: int) -> Room:
        """Raises NotFound when nobody waits there."""
        room = self._rooms.find(departure_id)
        if room is None:
            raise NotFound("nobody has to wait here")
        return room

    async def take(self, departure_id: int, visitor: Visitor) -> Standing:
        """The same device, or the same customer, has the same place again.

        Raises NotFound (nobody has to wait), TooManyPlaces, Unavailable.
        """
        room = self.room(departure_id)
        device = device_digest(visitor.device)
        joining = Joining(
            room_id=room.room_id,
            device=device,
            customer=None if visitor.customer is None else self._digest(visitor.customer),
            address=self._digest(network_of(visitor.address)),
            counted=bool(visitor.address) and visitor.address not in self._many_from,
        )
        number = await self._store.join(joining)
        return await self._standing(room, PlaceToken(room.room_id, number, device))

    async def look(self, departure_id: int, place: str) -> Standing:
        """No statement while it waits. Raises NotFound (closed meanwhile), ValidationFailed, Unavailable."""
        token = self._opened(place)
        room = self._rooms.find_by_id(token.room_id)
        if room is None or room.departure_id != departure_id:
            raise NotFound("nobody has to wait here")
        return await self._standing(room, token)

    def _opened(self, place: str) -> PlaceToken:
        try:
            return self._place_seal.open(place)
        except ValidationFailed:
            raise ValidationFailed.of("place", "is not one of ours") from None

    async def _standing(self, room: Room, token: PlaceToken) -> Standing:
        place = self._place_seal.seal(token)
        position, now_s = room.position(token.number), self.now_s()
        if position > 0:
            estimate_s = room.estimate_s(position, now_s)
            return Standing(
                room, place, "waiting", token.number, position, whole_seconds(estimate_s), poll_after_s(estimate_s)
            )
        admitted_s = await self._store.admitted_s(token.room_id, token.number)
        expires_s = 0 if admitted_s is None else int(admitted_s) + self._admission_s
        if expires_s <= now_s:
            return Standing(room, place, "expired", token.number, 0, 0, poll_after_s(self._admission_s))
        admission = self._admission_seal.seal(Admission(token.room_id, token.number, token.device, expires_s))
        return Standing(
            room, place, "admitted", token.number, 0, 0, poll_after_s(self._admission_s), admission, expires_s
        )

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()
