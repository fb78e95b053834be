"""Waiting rooms on a real database, in one process and in two."""

from __future__ import annotations

import asyncio
import time

import pytest

from integration.waiting.world import (
    ADDRESS_MAX,
    DEPARTURE,
    HOLDS_MAX,
    NEVER,
    TRAIN,
    Process,
    Visitor,
    running,
    until,
)
from wayfare.contracts.waiting.api import SITE, CloseRoom, ListRooms, OpenRoom, SetRate, SpendAdmission, TakeProof
from wayfare.kernel.errors import AdmissionNeeded, AdmissionRefused, NotFound, ValidationFailed
from wayfare.services.waiting.adapters.room_store import PostgresRooms

FAST = 1000.0


async def admitted(visitor: Visitor) -> bool:
    return bool((await visitor.look())["state"] == "admitted")


class TestOperators:
    async def test_open_change_and_close_a_room(self, process: Process) -> None:
        assert (await process.open(2.5)).rate == 2.5
        with pytest.raises(ValidationFailed):
            await process.api.open_room(OpenRoom(DEPARTURE, 1.0))
        assert (await process.api.set_rate(SetRate(DEPARTURE, 4.0))).rate == 4.0
        await process.api.close_room(CloseRoom(DEPARTURE))
        with pytest.raises(NotFound):
            await process.api.close_room(CloseRoom(DEPARTURE))
        with pytest.raises(NotFound):
            await process.api.set_rate(SetRate(DEPARTURE, 4.0))

    @pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 1e9])
    async def test_need_a_rate(self, rate: float, process: Process) -> None:
        with pytest.raises(ValidationFailed):
            await process.api.open_room(OpenRoom(DEPARTURE, rate))

    async def test_are_heard_by_other_processes_within_a_second(self, process: Process, other_process: Process) -> None:
        began = time.monotonic()
        await process.api.open_room(OpenRoom(DEPARTURE, NEVER))

        async def heard() -> bool:
            return DEPARTURE in other_process.door.rooms

        async def closed() -> bool:
            return DEPARTURE not in other_process.door.rooms

        await until(heard)
        await process.api.close_room(CloseRoom(DEPARTURE))
        await until(closed)
        # Twice at most the pause of a look and of a reading; the bound is wide for a busy machine.
        assert time.monotonic() - began < 2 * 5.0

    async def test_find_rooms_as_they_were_after_a_restart(self, dsn: str) -> None:
        async with running(dsn) as process:
            await process.open(NEVER)
            visitor = process.visitor()
            await visitor.join()
        async with running(dsn) as process:
            assert (await process.api.list_rooms(ListRooms())).rooms[0].issued == 1
            visitor.process = process
            assert (await visitor.look())["position"] == 1


class TestPlaces:
    async def test_are_numbered_in_order_of_arrival(self, process: Process, other_process: Process) -> None:
        await process.open()
        await until(lambda: _has_rooms(other_process))
        positions = []
        for number in range(6):
            visitor = (process, other_process)[number % 2].visitor(number)
            positions.append((await visitor.join()).json()["position"])
        assert positions == [1, 2, 3, 4, 5, 6]

    async def test_are_one_for_each_at_the_same_time(self, process: Process, other_process: Process) -> None:
        await process.open()
        await until(lambda: _has_rooms(other_process))
        visitors = [(process, other_process)[number % 2].visitor(number % 250) for number in range(300)]
        answers = await asyncio.gather(*(visitor.join() for visitor in visitors))
        assert sorted(answer.json()["position"] for answer in answers) == list(range(1, 301))

    async def test_are_kept_by_reloading_and_in_many_tabs(self, process: Process, other_process: Process) -> None:
        await process.open()
        await until(lambda: _has_rooms(other_process))
        visitor = process.visitor()
        first = (await visitor.join()).json()
        await process.visitor(2).join()
        tabs = [Visitor(other, device=visitor.device) for other in (process, other_process) * 5]
        again = [answer.json() for answer in await asyncio.gather(*(tab.join() for tab in tabs))]
        assert {(each["place"], each["position"]) for each in again} == {(first["place"], 1)}

    async def test_are_one_for_a_customer_on_all_devices(self, process: Process) -> None:
        await process.open()
        phone, laptop = (process.visitor(number, customer="ada") for number in (1, 2))
        assert [(await each.join()).json()["position"] for each in (phone, laptop)] == [1, 1]
        assert phone.device != laptop.device
        assert (await process.visitor(3, customer="bela").join()).json()["position"] == 2

    async def test_of_one_address_are_limited(self, process: Process) -> None:
        await process.open()
        answers = [await process.visitor(1).join() for _ in range(ADDRESS_MAX + 1)]
        assert [answer.status_code for answer in answers] == [201] * ADDRESS_MAX + [429]
        assert answers[-1].json()["code"] == "too_many_places"
        assert (await process.visitor(2).join()).status_code == 201

    async def test_of_one_address_are_limited_within_a_batch(self, process: Process) -> None:
        await process.open()
        answers = await asyncio.gather(*(process.visitor(1).join() for _ in range(ADDRESS_MAX + 5)))
        assert sorted(answer.status_code for answer in answers) == [201] * ADDRESS_MAX + [429] * 5

    async def test_know_devices_of_ours_only(self, process: Process) -> None:
        await process.open()
        visitor = process.visitor(device="web")
        answer = await visitor.join()
        assert visitor.device != "web"
        cookie = answer.headers["set-cookie"]
        assert f"wayfare_device={visitor.device}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie

    @pytest.mark.parametrize("place", ["x", "a.b", "é"])
    async def test_cannot_be_forged(self, place: str, process: Process) -> None:
        await process.open()
        visitor = process.visitor()
        answer = await visitor.request("GET", f"/v1/waiting-rooms/{TRAIN}/place", params={"place": place})
        assert answer.status_code == 422

    async def test_of_another_room_are_none(self, process: Process) -> None:
        await process.open()
        await process.open(NEVER, SITE)
        visitor = process.visitor()
        await visitor.join()
        answer = await visitor.request("GET", "/v1/waiting-rooms/site/place", params={"place": visitor.place})
        assert answer.status_code == 404

    async def test_say_how_long(self, process: Process) -> None:
        await process.open(0.5, starts_s=time.time() + 1000)
        visitors = [process.visitor(number) for number in range(1, 4)]
        estimates = [(await visitor.join()).json()["estimate_s"] for visitor in visitors]
        assert all(900 < estimate <= 1000 + 2 * number for number, estimate in enumerate(estimates, 1))
        room = (await visitors[0].request("GET", f"/v1/waiting-rooms/{TRAIN}")).json()
        assert room["waiting"] in range(4)  # some tenths of a second old
        assert room["rate"] == 0.5

    async def test_are_given_only_where_one_waits(self, process: Process) -> None:
        assert (await process.visitor().join()).status_code == 404
        assert (await process.visitor().join("nonsense")).status_code == 404


class TestAdmission:
    async def test_comes_in_order_at_the_rate(self, process: Process, other_process: Process) -> None:
        await process.open(NEVER)
        await until(lambda: _has_rooms(other_process))
        for number in range(60):
            await process.visitor(number).join()
        began = time.time()
        await process.api.set_rate(SetRate(DEPARTURE, 40.0))
        rows = []

        async def all_in() -> bool:
            nonlocal rows
            rows = await process.database.fetch(
                "SELECT number, extract(epoch FROM admitted_at)::float8 AS at FROM waiting.place ORDER BY number"
            )
            return all(row["at"] is not None for row in rows)

        await until(all_in)
        times = [row["at"] for row in rows]
        assert times == sorted(times)
        # 60 visitors at 40 a second need 1.5 s, whoever lets them in, and may find a second's worth saved at most.
        assert times[-1] - began > 60 / 40.0 - 1.0 - 0.2

    async def test_comes_to_everybody_who_comes_while_others_are_let_in(
        self, process: Process, other_process: Process
    ) -> None:
        await process.open(FAST)
        await until(lambda: _has_rooms(other_process))
        visitors = [(process, other_process)[number % 2].visitor(number) for number in range(200)]

        async def come(number: int, visitor: Visitor) -> None:
            await asyncio.sleep(number / 200)
            await visitor.join()
            await until(lambda: admitted(visitor))

        await asyncio.gather(*(come(number, visitor) for number, visitor in enumerate(visitors)))

    async def test_is_given_when_it_is_his_turn(self, process: Process) -> None:
        await process.open(FAST)
        visitor = process.visitor()
        await visitor.join()
        await until(lambda: admitted(visitor))
        spent = await process.door.enter([DEPARTURE], visitor.holder())
        assert [message.number for message in spent] == [1]

    async def test_is_not_given_before_the_start(self, process: Process) -> None:
        await process.open(FAST, starts_s=time.time() + 1.5)
        visitor = process.visitor()
        assert (await visitor.join()).json()["state"] == "waiting"
        await asyncio.sleep(0.5)
        assert (await visitor.look())["state"] == "waiting"
        with pytest.raises(AdmissionNeeded):
            await process.door.enter([DEPARTURE], visitor.holder())
        await until(lambda: admitted(visitor))

    async def test_is_good_for_some_holds_in_all_processes(self, process: Process, other_process: Process) -> None:
        await process.open(FAST)
        await until(lambda: _has_rooms(other_process))
        visitor = process.visitor()
        await visitor.join()
        await until(lambda: admitted(visitor))
        doors = [process.door, other_process.door] * HOLDS_MAX
        tries = [door.enter([DEPARTURE], visitor.holder()) for door in doors]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        good = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert len(good) == HOLDS_MAX
        assert all(isinstance(other, AdmissionRefused) for other in outcomes if other not in good)
        await process.door.leave(good[0])
        await process.door.enter([DEPARTURE], visitor.holder())

    async def test_is_worth_nothing_on_another_device(self, process: Process) -> None:
        await process.open(FAST)
        visitor, friend = process.visitor(1), process.visitor(2)
        await visitor.join()
        await friend.join()
        await until(lambda: admitted(visitor))
        friend.admission = visitor.admission
        with pytest.raises(AdmissionRefused):
            await process.door.enter([DEPARTURE], friend.holder())

    async def test_passes_and_then_a_new_place_is_at_the_end(self, process: Process) -> None:
        await process.open(FAST)
        visitor = process.visitor()
        await visitor.join()
        await until(lambda: admitted(visitor))
        await process.api.set_rate(SetRate(DEPARTURE, NEVER))
        late = "UPDATE waiting.place SET admitted_at = admitted_at - interval '1 hour'"
        await process.database.execute(late)
        assert (await visitor.look())["state"] == "expired"
        with pytest.raises(AdmissionRefused):
            await process.api.spend_admission(SpendAdmission(process.door.rooms[DEPARTURE].room_id, 1))
        await process.visitor(2).join()
        answer = (await visitor.join()).json()
        assert answer["state"] == "waiting"
        row = await process.database.fetchrow("SELECT max(number) AS last, count(*) AS places FROM waiting.place")
        assert (row["last"], row["places"]) == (3, 2)

    async def test_ends_with_the_room(self, process: Process) -> None:
        await process.open(FAST)
        visitor = process.visitor()
        await visitor.join()
        await until(lambda: admitted(visitor))
        await process.api.close_room(CloseRoom(DEPARTURE))
        await until(lambda: _is_closed(process))
        await process.door.look()
        answer = await visitor.request("GET", f"/v1/waiting-rooms/{TRAIN}/place", params={"place": visitor.place})
        assert answer.status_code == 404
        assert await process.door.enter([DEPARTURE], visitor.holder()) == ()

    async def test_of_a_room_that_was_closed_is_forgotten(self, process: Process) -> None:
        room = await process.open()
        await process.visitor().join()
        await process.api.close_room(CloseRoom(DEPARTURE))
        await process.open()
        await process.visitor().join()
        await process.database.execute("UPDATE waiting.room SET closed_at = closed_at - interval '2 hours'")
        await PostgresRooms(process.database).tidy()
        left = await process.database.fetch("SELECT room_id FROM waiting.place")
        assert [row["room_id"] for row in left] == [room.room_id + 1]

    async def test_does_not_save_up_while_nobody_comes(self, process: Process) -> None:
        await process.open(2.0)
        await asyncio.sleep(3.0)
        for number in range(12):
            await process.visitor(number).join()
        await asyncio.sleep(0.5)
        assert await process.database.fetchval("SELECT admitted FROM waiting.room") <= 4


class TestEvents:
    async def test_tell_until_it_is_his_turn(self, process: Process) -> None:
        await process.open(4.0)
        visitors = [process.visitor(number) for number in range(8)]
        for visitor in visitors:
            await visitor.join()
        text = await visitors[-1].stream()
        assert text.startswith("retry: ")
        assert '"state":"waiting"' in text
        assert text.count("event: place") >= 2
        assert '"admission":' in text.splitlines()[-2]

    async def test_tell_that_the_room_was_closed(self, process: Process) -> None:
        await process.open(NEVER)
        visitor = process.visitor()
        await visitor.join()
        streaming = asyncio.create_task(visitor.stream())
        await asyncio.sleep(0.1)
        await process.api.close_room(CloseRoom(DEPARTURE))
        assert "event: closed" in await streaming


class TestProofs:
    async def test_are_taken_once(self, process: Process, other_process: Process) -> None:
        expires_s = int(time.time()) + 60
        taken = [
            (await each.api.take_proof(TakeProof(b"challenge", expires_s))).first
            for each in (process, other_process, process)
        ]
        assert taken == [True, False, False]


async def _has_rooms(process: Process) -> bool:
    return bool((await process.api.list_rooms(ListRooms())).rooms)


async def _is_closed(process: Process) -> bool:
    return not await _has_rooms(process)
