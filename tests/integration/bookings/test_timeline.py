"""What an operator sees of a booking: steps, attempts and errors in order; nothing is written while all goes well."""

from __future__ import annotations

import asyncio

import pytest

from integration.bookings.world import Process, World, body
from wayfare.contracts.bookings.api import FindTimeline, Timeline
from wayfare.kernel.errors import NotFound


async def timeline(process: Process) -> Timeline:
    (facts,) = await process.facts()
    found: Timeline = await process.bookings.api.show_timeline(FindTimeline(facts.locator.lower()))
    return found


def told(found: Timeline) -> list[tuple[str, str]]:
    return [(entry.what, entry.code) for entry in found.entries]


async def count_errors(process: Process) -> int:
    count: int = await process.database.fetchval("SELECT count(*) FROM bookings.saga_errors")
    return count


async def test_a_booking_that_goes_well(process: Process) -> None:
    booked = await process.booked()
    found = await timeline(process)
    assert told(found) == [
        ("booking.created", ""),
        ("payment.authorised", ""),
        ("payment.captured", ""),
        ("booking.confirmed", ""),
    ]
    assert (found.locator, found.state, found.hold_state, found.open_work) == (
        booked["locator"], "ticketed", "confirmed", None,
    )  # fmt: skip
    (trace,) = found.payments
    assert (trace.payment.state, trace.method, trace.attempts, trace.refunds) == ("captured", "card", 1, ())
    assert await count_errors(process) == 0


async def test_a_declined_card_and_another_one(world: World, process: Process) -> None:
    hold_id = await world.hold()
    await process.book(body(hold_id, "tok_declined"))
    found = await timeline(process)
    assert ("authorise", "payment_declined") in told(found)
    assert found.open_work is not None
    assert found.open_work.kind == "wait"
    assert (await process.book(body(hold_id))).status_code == 201
    found = await timeline(process)
    assert [trace.payment.state for trace in found.payments] == ["declined", "captured"]
    entry = next(entry for entry in found.entries if entry.code)
    assert "card_declined" in entry.detail
    assert entry.attempt == 0


async def test_silence_then_recovery(world: World, process: Process) -> None:
    response = await process.http.post(
        "/v1/bookings", json=body(await world.hold(), "tok_timeout"), headers={"Idempotency-Key": "k"}
    )
    assert response.status_code == 202
    found = await timeline(process)
    assert told(found) == [("booking.created", ""), ("authorise", "payment_pending")]
    assert found.open_work is not None
    assert (found.open_work.kind, found.open_work.attempts) == ("book", 0)
    await process.recover()
    found = await timeline(process)
    assert told(found)[1:] == [
        ("authorise", "payment_pending"),
        ("payment.authorised", ""),
        ("payment.captured", ""),
        ("booking.confirmed", ""),
        ("resume", "resumed"),
    ]
    assert found.entries[-1].attempt == 1
    assert found.payments[0].attempts == 2


async def test_a_step_that_raises_is_noted_each_time(world: World, process: Process) -> None:
    world.inventory_fails["confirm_hold"] = 2
    assert (await process.book(body(await world.hold()))).status_code == 202
    await process.recover()
    found = await timeline(process)
    failed = [entry for entry in found.entries if entry.what == "confirm"]
    assert [(entry.code, entry.attempt, entry.detail) for entry in failed] == [
        ("unavailable", 0, "confirm_hold is told to fail"),
        ("unavailable", 1, "confirm_hold is told to fail"),
    ]
    assert found.open_work is not None
    assert found.open_work.last_error.startswith("Unavailable")


async def test_a_cancellation_with_trouble(world: World, process: Process) -> None:
    booked = await process.booked()
    world.inventory_fails["release_hold"] = 1
    headers = {"authorization": f"Bearer {booked['access_token']}"}
    assert (await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=headers)).status_code == 200
    assert ("release", "unavailable") in told(await timeline(process))
    await process.recover()
    found = await timeline(process)
    assert told(found)[-3:] == [("payment.refund_promised", ""), ("payment.refund_paid", ""), ("resume", "resumed")]
    assert [refund.state for refund in found.payments[0].refunds] == ["refunded"]
    assert (found.state, found.refunded, found.open_work) == ("cancelled", 5990, None)


async def test_entries_carry_the_request_they_belong_to(world: World, process: Process) -> None:
    await process.book(body(await world.hold(), "tok_declined"))
    entry = next(entry for entry in (await timeline(process)).entries if entry.code)
    assert entry.correlation_id == await process.database.fetchval("SELECT correlation_id FROM bookings.open_saga")


async def test_trouble_with_writing_stops_no_saga(world: World, process: Process) -> None:
    await process.database.execute("ALTER TABLE bookings.saga_errors RENAME TO elsewhere")
    try:
        response = await process.book(body(await world.hold(), "tok_declined"))
        assert (response.status_code, response.json()["code"]) == (402, "payment_declined")
    finally:
        await process.database.execute("ALTER TABLE bookings.elsewhere RENAME TO saga_errors")


async def test_an_unknown_locator(process: Process) -> None:
    for locator in ("ZZZZZZ", "nonsense", ""):
        with pytest.raises(NotFound):
            await process.bookings.api.show_timeline(FindTimeline(locator))


class TestLeases:
    async def test_work_that_takes_long_keeps_its_lease(self, world: World) -> None:
        async with world.process(timeout_s=2.0) as slow, world.process(1) as other:
            booking = asyncio.create_task(slow.book(body(await world.hold(), "tok_timeout")))
            await asyncio.sleep(1.2)
            await slow.database.execute("UPDATE bookings.open_saga SET due_at = now() + interval '0.3 seconds'")
            jobs = {job.name: job.run for job in slow.bookings.jobs}
            await jobs["bookings.leases"]()
            await asyncio.sleep(0.4)
            await next(job.run for job in other.bookings.jobs if job.name == "bookings.recovery")()
            assert await other.database.fetchval("SELECT attempts FROM bookings.open_saga") == 0
            assert (await booking).status_code == 202

    async def test_nobody_renews_what_nobody_works_on(self, world: World, process: Process) -> None:
        await process.book(body(await world.hold(), "tok_timeout"))
        due_at = await process.database.fetchval("SELECT due_at FROM bookings.open_saga")
        await next(job.run for job in process.bookings.jobs if job.name == "bookings.leases")()
        assert await process.database.fetchval("SELECT due_at FROM bookings.open_saga") == due_at
