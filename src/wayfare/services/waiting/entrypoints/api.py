"""The contract WaitingApi, in this process."""

from __future__ import annotations

from dataclasses import dataclass

from wayfare.contracts.waiting import api as contract
from wayfare.services.waiting.application.keep_rooms import KeepRooms
from wayfare.services.waiting.application.ports import OpenRooms, PlaceStore
from wayfare.services.waiting.application.spend_admission import spend_admission


@dataclass(frozen=True)
class Waiting:
    """Implements `contract.WaitingApi`; what each method raises stands there."""

    rooms: OpenRooms
    keep: KeepRooms
    places: PlaceStore

    async def list_rooms(self, _: contract.ListRooms) -> contract.Rooms:
        return contract.Rooms(self.rooms.all())

    async def spend_admission(self, message: contract.SpendAdmission) -> contract.Spent:
        return await spend_admission(message, self.places)

    async def take_proof(self, message: contract.TakeProof) -> contract.ProofTaken:
        return contract.ProofTaken(await self.places.take_proof(message.challenge, message.expires_s))

    async def open_room(self, message: contract.OpenRoom) -> contract.Room:
        return await self.keep.open(message)

    async def set_rate(self, message: contract.SetRate) -> contract.Room:
        return await self.keep.set_rate(message)

    async def close_room(self, message: contract.CloseRoom) -> contract.Room:
        return await self.keep.close(message)
