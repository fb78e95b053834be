"""Idempotency keys: one booking, one charge, one answer."""

from __future__ import annotations

import asyncio

from integration.bookings.world import Process, World, body


class TestSameKey:
    async def test_the_same_body_gets_the_same_bytes(self, world: World, process: Process) -> None:
        content = body(await world.hold())
        first, second = await process.book(content, "k"), await process.book(content, "k")
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert len(world.gateway.captured) == 1

    async def test_another_body_is_a_conflict(self, world: World, process: Process) -> None:
        await process.book(body(await world.hold()), "k")
        response = await process.book(body(await world.hold()), "k")
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_conflict")
        assert len(await process.facts()) == 1

    async def test_another_body_at_the_same_time_is_a_conflict(self, world: World, process: Process) -> None:
        holds = [await world.hold(), await world.hold()]
        answers = await asyncio.gather(*(process.book(body(hold_id), "k") for hold_id in holds))
        assert sorted(answer.status_code for answer in answers) == [201, 422]

    async def test_twenty_at_once_in_one_process(self, world: World, process: Process) -> None:
        content = body(await world.hold())
        answers = await asyncio.gather(*(process.book(content, "k") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert len(await process.facts()) == 1
        assert len(world.gateway.captured) == 1
        assert world.gateway.calls["capture"] == 1

    async def test_twenty_at_once_in_two_processes(self, world: World, process: Process) -> None:
        content = body(await world.hold())
        async with world.process(1) as other:
            answers = await asyncio.gather(*(one.book(content, "k") for _ in range(10) for one in (process, other)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert len(await process.facts()) == 1
        assert len(world.gateway.captured) == 1

    async def test_a_declined_payment_is_told_again(self, world: World, process: Process) -> None:
        content = body(await world.hold(), "tok_declined")
        first = await process.book(content, "k")
        await process.book(body(content["hold_id"]), "another")
        again = await process.book(content, "k")
        assert (first.status_code, first.content) == (again.status_code, again.content)
        assert first.status_code == 402

    async def test_a_refusal_before_the_booking_is_judged_anew(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        wrong = body(hold_id, contact={"email": "nobody"})
        assert (await process.book(wrong, "k")).status_code == 422
        assert (await process.book(body(hold_id), "k")).status_code == 201

    async def test_keys_are_stored_as_digests(self, world: World, process: Process) -> None:
        await process.book(body(await world.hold()), "my secret key")
        key = await process.database.fetchval("SELECT key FROM bookings.idempotency")
        assert len(key) == 16
        assert b"secret" not in key


class TestHeader:
    async def test_an_unusable_key_is_refused(self, world: World, process: Process) -> None:
        response = await process.book(body(await world.hold()), "x" * 201)
        assert response.json()["code"] == "validation_failed"


class TestCleanUp:
    async def test_old_answers_and_their_keys_go(self, world: World, process: Process) -> None:
        await process.book(body(await world.hold()), "k")
        clean = next(job.run for job in process.bookings.jobs if job.name == "bookings.idempotency")
        await clean()
        assert await process.database.fetchval("SELECT count(*) FROM bookings.idempotency") == 1
        # As if they were made two days ago: the id tells when.
        for table in ("answer", "idempotency"):
            await process.database.execute(
                f"UPDATE bookings.{table} SET payment_id = '019a0000-0000-7000-8000-000000000000'"
            )
        await clean()
        assert await process.database.fetchval("SELECT count(*) FROM bookings.idempotency") == 0
        assert await process.database.fetchval("SELECT count(*) FROM bookings.answer") == 0
