"""Some passengers give up: their units are on sale at once, their money goes back, the others travel."""

from __future__ import annotations

import asyncio

import pytest

from integration.bookings.after_sales import Guest, assert_sound, changeable, event_types, kept
from integration.bookings.world import DEPARTS_S, Process, World
from wayfare.contracts.inventory.api import CountFree, FindHold, LegRequest

pytestmark = pytest.mark.parametrize("world", ["real"], indirect=True)


async def free(world: World) -> int:
    leg = changeable(world).legs[0]
    answer = await world.inventory.count_free(
        CountFree((LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin),))
    )
    return answer.free[0]["second"]


class TestSomeGiveUp:
    async def test_their_units_and_their_money_only(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=3), 3)
        before = await free(world)
        quoted = await guest.refund_offer(2)
        assert (quoted["refund"]["amount"], [item["passenger"] for item in quoted["items"]]) == ("60.00", [2])
        response = await guest.post("/cancel", {"refund_offer_id": quoted["refund_offer_id"]})
        left = response.json()
        assert (response.status_code, left["status"]) == (200, "confirmed")
        assert [item["state"] for item in left["items"]] == ["ticketed", "refunded", "ticketed"]
        assert [ticket["passenger"] for ticket in left["tickets"]] == [1, 3]
        assert await free(world) == before + 1
        assert [amount.minor for amount in world.gateway.refunded.values()] == [6000]
        assert await kept(process) == 12_000
        assert (await event_types(process))[-1] == "booking.items_cancelled"
        (facts,) = await process.facts()
        hold = await world.inventory.get_hold(FindHold(facts.hold_id))
        assert (hold.state, {unit.passenger for unit in hold.units}) == ("confirmed", {0, 2})
        await assert_sound(process)

    async def test_then_the_others(self, world: World, process: Process) -> None:
        world.clock.advance(DEPARTS_S - 3600 - world.clock.now_s())
        guest = await Guest.with_booking(process, changeable(world, passengers=3, price=5999, legs=2), 3)
        for passengers, state in (((3,), "confirmed"), ((), "cancelled")):
            assert (await guest.cancel(*passengers)).json()["status"] == state
            await assert_sound(process)
        shown = await guest.look()
        assert [refund["state"] for refund in shown["refunds"]] == ["refunded", "refunded"]
        assert (shown["paid"]["amount"], shown["refunded"]["amount"], shown["fees"]["amount"]) == (
            "359.94", "269.94", "90.00",
        )  # fmt: skip
        assert (await event_types(process))[-2:] == ["booking.items_cancelled", "booking.cancelled"]

    async def test_tickets_of_those_who_gave_up_are_void(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        await guest.cancel(1)
        codes = [ticket["number"] for ticket in guest.booked["tickets"]]
        checked = [await process.http.post("/v1/tickets/check", json={"code": code}) for code in codes]
        assert [one.json()["status"] for one in checked] == ["void", "good"]
        one, two, both = [
            await process.http.get(f"{guest.url}/{path}", headers=guest.headers())
            for path in ("tickets/1.pdf", "tickets/2.pdf", "tickets.pdf")
        ]
        assert (one.status_code, one.json()["code"]) == (409, "tickets_not_valid")
        assert (two.status_code, both.status_code) == (200, 200)
        assert len(world.documents.requests[-1].tickets) == 1

    async def test_nobody_gives_up_twice(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=3), 3)
        one, two = await guest.refund_offer(1), await guest.refund_offer(2)
        assert (await guest.post("/cancel", {"refund_offer_id": one["refund_offer_id"]})).status_code == 200
        again = await guest.post("/cancel", {"refund_offer_id": one["refund_offer_id"]})
        assert again.json()["code"] == "booking_not_cancellable"
        stale = await guest.post("/cancel", {"refund_offer_id": two["refund_offer_id"]})
        assert stale.json()["code"] == "refund_offer_expired"
        assert (await guest.post("/refund-offers", {"passengers": [1]})).json()["code"] == "booking_not_cancellable"
        await assert_sound(process)

    @pytest.mark.parametrize("passengers", [[4], [0], [], ["1"], [1.5], 1, None, [True]])
    async def test_a_body_that_is_none(self, world: World, process: Process, passengers: object) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=3), 3)
        response = await guest.post("/refund-offers", {"passengers": passengers})
        assert response.status_code == (201 if passengers is None else 422)

    async def test_at_once_only_one_wins(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=3), 3)
        offers = [await guest.refund_offer(1), await guest.refund_offer(1, 2), await guest.refund_offer()]
        answers = await asyncio.gather(
            *(guest.post("/cancel", {"refund_offer_id": offer["refund_offer_id"]}) for offer in offers * 3)
        )
        assert [answer.status_code for answer in answers].count(200) == 1
        await assert_sound(process)


class TestRefundsAreRetried:
    async def test_until_they_are_final_and_the_customer_sees_it(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        world.gateway.fail_next["refund"] = 2
        assert (await guest.cancel(2)).json()["refunds"][0]["state"] == "pending"
        for state in ("pending", "refunded"):
            (shown,) = (await guest.look())["refunds"]
            assert (shown["state"], shown["settled_at"]) == ("pending", None)
            await process.database.execute("UPDATE payments.open_refund SET due_at = now()")
            await next(job.run for job in process.payments.jobs if job.name == "payments.retry_refunds")()
            (shown,) = (await guest.look())["refunds"]
            assert (shown["state"], shown["amount"]["amount"]) == (state, "60.00")
        assert shown["settled_at"]
        assert len(world.gateway.refunded) == 1
        await assert_sound(process)

    async def test_one_the_gateway_refuses_is_said_to_have_failed(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        world.gateway.refuse.add("refund")
        await guest.cancel(2)
        assert [refund["state"] for refund in (await guest.look())["refunds"]] == ["failed"]

    async def test_while_payments_are_down_it_is_pending(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        await guest.cancel(2)
        async with world.process(1, wrap_payments=_Down) as other:
            assert [refund["state"] for refund in (await guest.at(other).look())["refunds"]] == ["pending"]

    async def test_inventory_that_is_down_only_delays_the_release(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, changeable(world, passengers=2), 2)
        before = await free(world)
        world.inventory_fails["release_hold"] = 1
        assert (await guest.cancel(2)).status_code == 200
        assert (await process.facts())[0].open_saga
        assert (await guest.cancel(1)).status_code == 503  # one thing after the other
        await process.recover()
        assert await free(world) == before + 1
        await assert_sound(process)

    async def test_a_booking_cancelled_by_the_version_before(self, world: World, process: Process) -> None:
        """Its refund has no row: it follows from the booking, and is the same when it is asked for again."""
        guest = await Guest.with_booking(process, changeable(world))
        await guest.cancel()
        booking_id = (await process.facts())[0].booking_id
        known = await process.database.fetchval("SELECT refund_id FROM payments.refund")
        await process.database.execute("DELETE FROM bookings.refund")
        (shown,) = (await guest.look())["refunds"]
        assert (shown["amount"]["amount"], shown["state"]) == ("60.00", "pending")
        assert shown["refund_id"] != str(known)
        await process.database.execute(
            "UPDATE payments.refund SET refund_id = $1 WHERE refund_id = $2", shown["refund_id"], known
        )
        assert (await guest.look())["refunds"][0]["state"] == "refunded"
        assert str(booking_id) == guest.booked["booking_id"]


class _Down:
    def __init__(self, api: object) -> None:
        self._api = api

    def __getattr__(self, name: str) -> object:
        from wayfare.kernel.errors import Unavailable

        if name == "list_refunds":
            raise Unavailable
        return getattr(self._api, name)
