"""The door behind a waiting room: who comes without an admission is sent to the room.

Every process knows the open rooms and asks for them anew some times a second. While none is open, a request costs one
look at an empty dictionary.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence

import structlog
from starlette.requests import Request, cookie_parser

from wayfare.contracts.inventory.api import Holder
from wayfare.contracts.waiting.api import SITE, Admission, ListRooms, Room, SpendAdmission, WaitingApi
from wayfare.infrastructure.access import caller_of
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import AdmissionNeeded, AdmissionRefused, WayfareError
from wayfare.kernel.ids import format_departure

log = structlog.get_logger()

EVERY_S = 0.25
DEVICE_HEADER, ADMISSION_HEADER = b"x-device-id", b"wayfare-admission"
DEVICE_COOKIE = "wayfare_device"
TOKEN_MAX = 512
_SEPARATOR = ","


def holder_of(request: Request) -> Holder:
    """Who asks for seats: address, device (header or cookie), customer where the gate knows him, admissions.

    A partner's API key asks for many people: neither its address nor its account counts as one of theirs.
    """
    scope, caller = request.scope, caller_of(request)
    client = scope["client"]
    by_key = caller is not None and caller.key is not None
    device = admission = cookies = b""
    for name, value in scope["headers"]:  # one look at each: this is done for every hold
        if name == DEVICE_HEADER:
            device = value
        elif name == ADMISSION_HEADER:
            admission = value
        elif name == b"cookie":
            cookies = value
    given = device.decode("latin-1") or (
        cookie_parser(cookies.decode("latin-1")).get(DEVICE_COOKIE, "") if cookies else ""
    )
    return Holder(
        address="" if by_key or not client else client[0],
        device=given if len(given) <= TOKEN_MAX else "",
        customer="" if by_key or caller is None else str(caller.customer_id),
        admission=admission.decode("latin-1"),
    )


def device_digest(device: str) -> bytes:
    """What an admission says of the device."""
    return hashlib.blake2b(device.encode(), digest_size=16, person=b"wayfare-device").digest()


class WaitingDoor:
    """`waiting`: the service that keeps the rooms; None where there is none, and then nobody waits."""

    def __init__(self, waiting: WaitingApi | None, secret: bytes, now_s: Callable[[], float] = time.time) -> None:
        self.rooms: dict[int, Room] = {}
        self._waiting, self._now_s = waiting, now_s
        self._seal = Seal(secret, "admission", Admission, AdmissionRefused)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.look()
        self._task = asyncio.create_task(self._follow(), name="waiting-door")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Ask for the rooms that are open. Those known stay when there is no answer."""
        if self._waiting is None:
            return
        try:
            rooms = (await self._waiting.list_rooms(ListRooms())).rooms
        except WayfareError as error:
            log.warning("waiting_door.rooms_not_known", error=error.detail)
            return
        self.rooms = {room.departure_id: room for room in rooms}

    def check_site(self, holder: Holder) -> None:
        """For searches. Raises AdmissionNeeded, AdmissionRefused while the whole site has a room."""
        if self.rooms and (room := self.rooms.get(SITE)) is not None:
            self._admission(room, holder)

    async def enter(self, departure_ids: Iterable[int], holder: Holder) -> Sequence[SpendAdmission]:
        """Spend a hold on each admission that is needed; what was spent, for `leave`.

        Raises AdmissionNeeded, AdmissionRefused, Unavailable; then nothing is spent.
        """
        if not self.rooms:
            return ()
        closed = [self.rooms[door] for door in (SITE, *departure_ids) if door in self.rooms]
        admissions = [self._admission(room, holder) for room in closed]
        spent: list[SpendAdmission] = []
        for admission in admissions:
            message = SpendAdmission(admission.room_id, admission.number)
            try:
                assert self._waiting is not None
                await self._waiting.spend_admission(message)
            except WayfareError:
                await self.leave(spent)
                raise
            spent.append(message)
        return spent

    async def leave(self, spent: Sequence[SpendAdmission]) -> None:
        """The hold came to nothing: it does not count."""
        for message in spent:
            try:
                assert self._waiting is not None
                await self._waiting.spend_admission(SpendAdmission(message.room_id, message.number, back=True))
            except WayfareError as error:  # one hold less for this visitor; what happened is worth more
                log.warning("waiting_door.not_taken_back", room=message.room_id, error=error.detail)

    def _admission(self, room: Room, holder: Holder) -> Admission:
        """The one for this room among those that came along, parted by commas."""
        for token in holder.admission.split(_SEPARATOR) if holder.admission else ():
            admission = self._seal.open(token.strip())
            if admission.room_id == room.room_id:
                if admission.expires_s <= self._now_s():
                    raise AdmissionRefused("the admission has expired")
                if admission.device != device_digest(holder.device):
                    raise AdmissionRefused("the admission belongs to another device")
                return admission
        name = "site" if room.departure_id == SITE else format_departure(room.departure_id)
        raise AdmissionNeeded(room=name, places=f"/v1/waiting-rooms/{name}/places", waiting=room.waiting)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except Exception:  # whatever it is, without a look nobody would ever be let in
                log.exception("waiting_door.failed")
