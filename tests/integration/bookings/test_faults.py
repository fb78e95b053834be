"""A process dies at every step of a saga; another one finishes: one booking, one charge, seats that agree."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Any

import pytest

from integration.bookings.world import Process, World, body
from wayfare.contracts.inventory.api import ListHolds
from wayfare.contracts.payments.api import CheckPayments

pytestmark = pytest.mark.parametrize("world", ["fake", "real"], indirect=True)


class DiesAround:
    """Passes calls on, but at one method the caller's process dies: before the call or after it."""

    def __init__(self, api: Any, method: str, when: str) -> None:
        self._api, self._method, self._when = api, method, when

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._api, name)
        if name != self._method:
            return call

        async def dying(message: Any) -> Any:
            if self._when == "after":
                await call(message)
            raise asyncio.CancelledError

        return dying


def dying_process(world: World, service: str, method: str, when: str) -> Any:
    def wrap(api: Any) -> Any:
        return DiesAround(api, method, when)

    if service == "inventory":
        return world.process(wrap_inventory=wrap)
    return world.process(wrap_payments=wrap)


async def assert_consistent(world: World, process: Process, *, bookings: int) -> None:
    """Every ticketed booking has its hold and one captured payment, and nothing else has."""
    facts = await process.facts()
    ticketed = [one for one in facts if one.state == "ticketed"]
    assert len(ticketed) == bookings, [one.state for one in facts]
    assert await process.open_sagas() == 0
    assert set(world.gateway.captured) == {str(one.payment_id) for one in ticketed}
    confirmed = (await world.inventory.list_confirmed(ListHolds(None))).holds
    assert {(hold.hold_id, hold.booking_id) for hold in confirmed} == {
        (one.hold_id, one.booking_id) for one in ticketed
    }
    assert not (await process.payments.api.check(CheckPayments())).findings


POINTS = [
    ("payments", "authorise", "before"),
    ("payments", "authorise", "after"),
    ("inventory", "confirm_hold", "before"),
    ("inventory", "confirm_hold", "after"),
    ("payments", "capture", "before"),
    ("payments", "capture", "after"),
]


@pytest.mark.parametrize(("service", "method", "when"), POINTS)
class TestBookingIsInterrupted:
    async def test_another_process_finishes(self, world: World, service: str, method: str, when: str) -> None:
        content = body(await world.hold())
        async with dying_process(world, service, method, when) as first:
            with pytest.raises(asyncio.CancelledError):
                await first.book(content, "k")
        async with world.process(1) as second:
            await second.recover()
            await assert_consistent(world, second, bookings=1)
            answer = await second.book(content, "k")
            assert answer.status_code == 201
            assert (await second.book(content, "k")).content == answer.content
            await assert_consistent(world, second, bookings=1)

    async def test_recovery_dies_too(self, world: World, service: str, method: str, when: str) -> None:
        content = body(await world.hold())
        for _ in range(2):
            async with dying_process(world, service, method, when) as dying:
                # A payment that is captured is not captured again: then recovery meets no death.
                with contextlib.suppress(asyncio.CancelledError):
                    await (dying.recover() if await dying.facts() else dying.book(content, "k"))
        async with world.process(1) as last:
            await last.recover()
            await assert_consistent(world, last, bookings=1)


class TestLease:
    async def test_nobody_takes_over_while_the_lease_lasts(self, world: World) -> None:
        async with dying_process(world, "payments", "authorise", "before") as first:
            with pytest.raises(asyncio.CancelledError):
                await first.book(body(await world.hold()))
        async with world.process(1) as second:
            await next(job.run for job in second.bookings.jobs if job.name == "bookings.recovery")()
            assert (await second.facts())[0].state == "pending"

    async def test_two_processes_recover_at_once(self, world: World) -> None:
        for _ in range(10):
            async with dying_process(world, "payments", "capture", "after") as first:
                with pytest.raises(asyncio.CancelledError):
                    await first.book(body(await world.hold()))
        async with world.process(1) as second, world.process(2) as third:
            await asyncio.gather(second.recover(), third.recover())
            await assert_consistent(world, second, bookings=10)


class TestRecoveryBesideTheLivingProcess:
    async def test_both_run_the_same_saga(self, world: World, process: Process) -> None:
        holds = [await world.hold() for _ in range(20)]
        contents = [body(hold_id) for hold_id in holds]
        async with world.process(1) as other:
            tasks = [
                asyncio.create_task(process.book(content, f"k{number}")) for number, content in enumerate(contents)
            ]
            while not all(task.done() for task in tasks):
                await other.recover()
                await asyncio.sleep(0)
            answers = [await task for task in tasks]
        assert {answer.status_code for answer in answers} <= {201, 202}
        await process.recover()
        await assert_consistent(world, process, bookings=20)
        for number, (content, answer) in enumerate(zip(contents, answers, strict=True)):
            again = await process.book(content, f"k{number}")
            assert again.status_code == 201
            if answer.status_code == 201:
                assert again.content == answer.content


class TestCutAtAnyMoment:
    async def test_requests_cancelled_at_random(self, world: World) -> None:
        chance = random.Random(7)
        contents = [body(await world.hold()) for _ in range(40)]
        async with world.process() as first:
            tasks = [asyncio.create_task(first.book(content, f"k{number}")) for number, content in enumerate(contents)]
            for task in chance.sample(tasks, len(tasks)):
                await asyncio.sleep(chance.uniform(0, 0.002))
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        async with world.process(1) as second:
            await second.recover()
            answers = [await second.book(content, f"k{number}") for number, content in enumerate(contents)]
            assert {answer.status_code for answer in answers} == {201}
            await assert_consistent(world, second, bookings=40)


class TestCancellationIsInterrupted:
    @pytest.mark.parametrize(
        ("service", "method", "when"),
        [
            ("inventory", "release_hold", "before"),
            ("inventory", "release_hold", "after"),
            ("payments", "refund", "before"),
            ("payments", "refund", "after"),
        ],
    )
    async def test_another_process_keeps_the_promise(self, world: World, service: str, method: str, when: str) -> None:
        async with dying_process(world, service, method, when) as first:
            booked = await first.booked()
            with pytest.raises(asyncio.CancelledError):
                await first.http.delete(
                    f"/v1/bookings/{booked['locator']}",
                    headers={"authorization": f"Bearer {booked['access_token']}"},
                )
        async with world.process(1) as second:
            await second.recover()
            (facts,) = await second.facts()
            assert (facts.state, facts.refunded, facts.open_saga) == ("cancelled", 5990, False)
            assert [amount.minor for amount in world.gateway.refunded.values()] == [5990]
            assert not (await world.inventory.list_confirmed(ListHolds(None))).holds
            assert not (await second.payments.api.check(CheckPayments())).findings
