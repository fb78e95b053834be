"""A process dies, or a part fails, at every step of an exchange: the old booking is whole, or the new one is done."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from integration.bookings.after_sales import Guest, assert_sound, changeable, kept, on_another_day
from integration.bookings.test_faults import dying_process
from integration.bookings.world import Process, World
from wayfare.services.bookings.adapters.after_sales import PostgresAfterSalesStore

pytestmark = pytest.mark.parametrize("world", ["real"], indirect=True)

DEARER, CHEAPER, EQUAL = (9000, "tok_approved"), (1000, None), (5400, None)
"""The new price, old 60.00 and fee 6.00, and what pays the difference."""
CALLS = [
    ("inventory", "place_hold"),
    ("payments", "authorise"),
    ("inventory", "confirm_hold"),
    ("payments", "capture"),
    ("inventory", "release_hold"),
]
POINTS = [
    *((*DEARER, *call) for call in CALLS),
    *((*CHEAPER, *call) for call in (("inventory", "confirm_hold"), ("payments", "refund"))),
    *((*EQUAL, *call) for call in (("inventory", "confirm_hold"), ("inventory", "release_hold"))),
]
WRITES = ["begin_exchange", "switch", "close"]


async def outcome(world: World, process: Process, guest: Guest, price: int) -> str:
    """Which of the two ends it came to; everything must fit the one or the other."""
    await world.let_holds_expire()
    shown = await guest.look()
    await assert_sound(process)
    states = [one["state"] for one in shown["exchanges"]]
    assert len(states) <= 1
    captured = sum(amount.minor for amount in world.gateway.captured.values())
    given_back = sum(amount.minor for amount in world.gateway.refunded.values())
    assert captured - given_back == await kept(process)
    if states == ["done"]:
        assert await kept(process) == price + 600
        assert shown["legs"][0]["from"]["departs_at"].startswith("2026-11-22")
        return "done"
    assert await kept(process) == 6000
    assert shown["legs"][0]["from"]["departs_at"].startswith("2026-11-21")
    assert [item["state"] for item in shown["items"]] == ["ticketed"]
    return "whole"


async def prepare(world: World, price: int) -> tuple[dict[str, Any], str]:
    async with world.process() as process:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        quoted = await guest.exchange_offer(on_another_day(offer, price))
        return guest.booked, quoted["exchange_offer_id"]


async def finish(world: World, booked: dict[str, Any], price: int, *, rounds: int = 3) -> str:
    async with world.process(1) as process:
        for _ in range(rounds):
            await process.recover()
        return await outcome(world, process, Guest(process, booked), price)


def dying_write(monkeypatch: pytest.MonkeyPatch, method: str, when: str) -> None:
    """The process dies before or after it has written one step."""
    write = getattr(PostgresAfterSalesStore, method)

    async def dying(self: Any, *arguments: Any) -> Any:
        if when == "after":
            await write(self, *arguments)
        raise asyncio.CancelledError

    monkeypatch.setattr(PostgresAfterSalesStore, method, dying)


@pytest.mark.parametrize("when", ["before", "after"])
class TestTheProcessDies:
    @pytest.mark.parametrize(("price", "token", "service", "method"), POINTS)
    async def test_at_a_call(
        self, world: World, price: int, token: str | None, service: str, method: str, when: str
    ) -> None:
        booked, offer_id = await prepare(world, price)
        async with dying_process(world, service, method, when) as dying:
            with contextlib.suppress(asyncio.CancelledError):
                await Guest(dying, booked).exchange(offer_id, token, key="x")
        # Before anything was written down the exchange never was; afterwards it goes through.
        expected = "whole" if method == "place_hold" else "done"
        assert await finish(world, booked, price) == expected

    @pytest.mark.parametrize(("price", "token"), [DEARER, CHEAPER])
    @pytest.mark.parametrize("method", WRITES)
    async def test_at_a_write(
        self, world: World, monkeypatch: pytest.MonkeyPatch, price: int, token: str | None, method: str, when: str
    ) -> None:
        booked, offer_id = await prepare(world, price)
        async with world.process() as dying:
            with monkeypatch.context() as patch:
                dying_write(patch, method, when)
                with contextlib.suppress(asyncio.CancelledError):
                    await Guest(dying, booked).exchange(offer_id, token, key="x")
        expected = "whole" if (method, when) == ("begin_exchange", "before") else "done"
        assert await finish(world, booked, price) == expected


@pytest.mark.parametrize(("service", "method"), CALLS)
async def test_recovery_dies_too_and_the_answer_is_the_same(world: World, service: str, method: str) -> None:
    price, token = DEARER
    booked, offer_id = await prepare(world, price)
    for number in range(3):
        async with dying_process(world, service, method, "after") as dying:
            with contextlib.suppress(asyncio.CancelledError):
                if number == 0:
                    await Guest(dying, booked).exchange(offer_id, token, key="x")
                else:
                    await dying.recover()
    async with world.process(1) as process:
        await process.recover()
        guest = Guest(process, booked)
        answers = [await guest.exchange(offer_id, token, key="x") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        await process.recover()
        assert await outcome(world, process, guest, price) == "done"
        assert len(world.gateway.captured) == 2


@pytest.mark.parametrize("step", ["authorise", "capture", "refund"])
@pytest.mark.parametrize("times", [1, 3])
async def test_the_gateway_fails_for_a_while(world: World, process: Process, step: str, times: int) -> None:
    offer = changeable(world)
    guest = await Guest.with_booking(process, offer)
    price = 1000 if step == "refund" else 9000
    quoted = await guest.exchange_offer(on_another_day(offer, price))
    world.gateway.fail_next[step] = times
    world.gateway.mute = step == "authorise"
    response = await guest.exchange(quoted["exchange_offer_id"], "tok_approved", key="x")
    assert response.status_code == (200 if step == "refund" else 202)
    for _ in range(times):
        await process.recover()
    world.gateway.mute = False
    await process.recover()
    await process.database.execute("UPDATE payments.open_refund SET due_at = now()")
    retry = next(job.run for job in process.payments.jobs if job.name == "payments.retry_refunds")
    for _ in range(times):
        await process.database.execute("UPDATE payments.open_refund SET due_at = now()")
        await retry()
    assert await outcome(world, process, guest, price) == "done"


@pytest.mark.parametrize("method", ["confirm_hold", "release_hold"])
async def test_inventory_fails_for_a_while(world: World, process: Process, method: str) -> None:
    offer = changeable(world)
    guest = await Guest.with_booking(process, offer)
    quoted = await guest.exchange_offer(on_another_day(offer, 9000))
    world.inventory_fails[method] = 2
    await guest.exchange(quoted["exchange_offer_id"], "tok_approved", key="x")
    for _ in range(2):
        await process.recover()
    assert await outcome(world, process, guest, 9000) == "done"


async def test_a_capture_that_never_comes_is_given_up(world: World, process: Process) -> None:
    offer = changeable(world)
    guest = await Guest.with_booking(process, offer)
    quoted = await guest.exchange_offer(on_another_day(offer, 9000))
    world.gateway.fail_next["capture"] = 1000
    assert (await guest.exchange(quoted["exchange_offer_id"], "tok_approved", key="x")).status_code == 202
    for _ in range(13):
        await process.recover()
    assert await outcome(world, process, guest, 9000) == "whole"
    refused = await guest.exchange(quoted["exchange_offer_id"], "tok_approved", key="x")
    assert (refused.status_code, refused.json()["code"]) == (402, "payment_declined")
    assert len(world.gateway.voided) == 1


async def test_two_processes_walk_the_same_exchange(world: World) -> None:
    booked, offer_id = await prepare(world, 9000)
    async with dying_process(world, "payments", "authorise", "after") as dying:
        with contextlib.suppress(asyncio.CancelledError):
            await Guest(dying, booked).exchange(offer_id, "tok_approved", key="x")
    async with world.process(1) as one, world.process(2) as two:
        await one.database.execute("UPDATE bookings.open_saga SET due_at = now() - interval '1 second'")
        saga = await one.database.fetchval("SELECT hold_id FROM bookings.open_saga")
        jobs = [
            next(job.run for job in process.bookings.jobs if job.name == "bookings.recovery") for process in (one, two)
        ]
        first = asyncio.create_task(jobs[0]())
        await asyncio.sleep(0.01)
        await two.database.execute("UPDATE bookings.open_saga SET due_at = now() WHERE hold_id = $1", saga)
        await asyncio.gather(first, jobs[1]())
    assert await finish(world, booked, 9000) == "done"
    assert len(world.gateway.captured) == 2


class TestThePartialRefundIsInterrupted:
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize(("service", "method"), [("inventory", "release_hold"), ("payments", "refund")])
    async def test_at_a_call(self, world: World, service: str, method: str, when: str) -> None:
        async with world.process() as process:
            guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        async with dying_process(world, service, method, when) as dying:
            with contextlib.suppress(asyncio.CancelledError):
                await guest.at(dying).cancel(2, key="c")
        async with world.process(1) as process:
            await process.recover()
            await assert_sound(process)
            assert [amount.minor for amount in world.gateway.refunded.values()] == [6000]
            assert await kept(process) == 6000


async def test_who_gave_up_is_not_overtaken(world: World) -> None:
    """A slow process has captured the money while another one gave the exchange up: it may not switch any more."""
    booked, offer_id = await prepare(world, 9000)

    class Overtaken:
        def __init__(self, api: Any) -> None:
            self._api = api

        def __getattr__(self, name: str) -> Any:
            return self._capture if name == "capture" else getattr(self._api, name)

        async def _capture(self, message: Any) -> Any:
            captured = await self._api.capture(message)
            await slow.database.execute("UPDATE bookings.exchange SET state = 3")
            return captured

    async with world.process(wrap_payments=Overtaken) as slow:
        guest = Guest(slow, booked)
        assert (await guest.exchange(offer_id, "tok_approved", key="x")).status_code == 202
        assert (await guest.look())["exchanges"][0]["state"] == "pending"
    assert await finish(world, booked, 9000) == "whole"
    assert [amount.minor for amount in world.gateway.refunded.values()] == [3600]
