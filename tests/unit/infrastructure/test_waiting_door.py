"""The door behind a waiting room."""

from __future__ import annotations

import pytest

from wayfare.contracts.inventory.api import Holder
from wayfare.contracts.waiting.api import SITE, Admission, ListRooms, Room, Rooms, SpendAdmission, Spent
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.waiting_door import WaitingDoor, device_digest
from wayfare.kernel.errors import AdmissionNeeded, AdmissionRefused, Unavailable

SECRET = b"a secret of the tests that is long"
TRAIN, OTHER = 41_000 << 32 | 7, 41_000 << 32 | 8
NOW_S = 1_800_000_000
SEAL = Seal(SECRET, "admission", Admission, AdmissionRefused)


def room(room_id: int, departure_id: int) -> Room:
    return Room(room_id, departure_id, 10.0, 0.0, issued=9, admitted=3)


def admission(room_id: int = 1, device: str = "phone", expires_s: int = NOW_S + 60) -> str:
    return SEAL.seal(Admission(room_id, 3, device_digest(device), expires_s))


class Waiting:
    """A waiting service that counts what is spent; `used_up`: rooms where nothing is left to spend."""

    def __init__(self, *rooms: Room) -> None:
        self.rooms, self.spent, self.used_up, self.away = rooms, {1: 0, 2: 0}, set[int](), False

    async def list_rooms(self, message: ListRooms) -> Rooms:
        if self.away:
            raise Unavailable()
        return Rooms(self.rooms)

    async def spend_admission(self, message: SpendAdmission) -> Spent:
        if message.room_id in self.used_up:
            raise AdmissionRefused()
        self.spent[message.room_id] += -1 if message.back else 1
        return Spent(self.spent[message.room_id])


async def door_of(waiting: Waiting) -> WaitingDoor:
    door = WaitingDoor(waiting, SECRET, now_s=lambda: NOW_S)  # type: ignore[arg-type]
    await door.look()
    return door


class TestNoRoom:
    async def test_lets_everybody_through(self) -> None:
        door = await door_of(Waiting())
        assert await door.enter([TRAIN], Holder()) == ()
        door.check_site(Holder())

    async def test_nor_a_service_that_keeps_any(self) -> None:
        door = WaitingDoor(None, SECRET)
        await door.look()
        assert await door.enter([TRAIN], Holder()) == ()


class TestDeparture:
    async def test_needs_an_admission(self) -> None:
        door = await door_of(Waiting(room(1, TRAIN)))
        with pytest.raises(AdmissionNeeded) as refused:
            await door.enter([OTHER, TRAIN], Holder(device="phone"))
        assert refused.value.facts["waiting"] == 6
        assert await door.enter([OTHER], Holder()) == []
        door.check_site(Holder())  # searches go on

    async def test_spends_it(self) -> None:
        waiting = Waiting(room(1, TRAIN))
        door = await door_of(waiting)
        spent = await door.enter([TRAIN], Holder(device="phone", admission=admission()))
        assert waiting.spent[1] == 1
        await door.leave(spent)
        assert waiting.spent[1] == 0

    @pytest.mark.parametrize(
        ("token", "reason"),
        [
            (admission(expires_s=NOW_S), "expired"),
            (admission(device="another phone"), "device"),
            (admission()[:-1] + "~", "not valid"),
            ("nonsense", "not valid"),
        ],
    )
    async def test_refuses_others(self, token: str, reason: str) -> None:
        waiting = Waiting(room(1, TRAIN))
        door = await door_of(waiting)
        with pytest.raises(AdmissionRefused, match=reason):
            await door.enter([TRAIN], Holder(device="phone", admission=token))
        assert waiting.spent[1] == 0

    async def test_refuses_that_of_an_earlier_opening(self) -> None:
        door = await door_of(Waiting(room(2, TRAIN)))
        with pytest.raises(AdmissionNeeded):
            await door.enter([TRAIN], Holder(device="phone", admission=admission(room_id=1)))


class TestSite:
    async def test_needs_an_admission_for_searches(self) -> None:
        door = await door_of(Waiting(room(1, SITE)))
        with pytest.raises(AdmissionNeeded):
            door.check_site(Holder())
        door.check_site(Holder(device="phone", admission=admission()))

    async def test_and_a_departure_need_both(self) -> None:
        waiting = Waiting(room(1, SITE), room(2, TRAIN))
        door = await door_of(waiting)
        with pytest.raises(AdmissionNeeded):
            await door.enter([TRAIN], Holder(device="phone", admission=admission(1)))
        both = Holder(device="phone", admission=f"{admission(1)}, {admission(2)}")
        await door.enter([TRAIN], both)
        assert waiting.spent == {1: 1, 2: 1}
        waiting.used_up.add(2)
        with pytest.raises(AdmissionRefused):
            await door.enter([TRAIN], both)
        assert waiting.spent == {1: 1, 2: 1}


class TestAway:
    async def test_keeps_the_rooms_it_knows(self) -> None:
        waiting = Waiting(room(1, TRAIN))
        door = await door_of(waiting)
        waiting.away = True
        await door.look()
        with pytest.raises(AdmissionNeeded):
            await door.enter([TRAIN], Holder())
