"""Changing to another trip through the API: dearer, cheaper, equal; declined, pending, too late; once under a key."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from integration.bookings.after_sales import Guest, assert_sound, changeable, event_types, kept, on_another_day
from integration.bookings.world import DEPARTS_S, Process, World
from wayfare.contracts.inventory.api import ListHolds
from wayfare.services.bookings.entrypoints.bodies import BookingAnswer
from wayfare.services.bookings.entrypoints.change_bodies import ExchangeOffersAnswer, ExchangePendingAnswer

pytestmark = pytest.mark.parametrize("world", ["real"], indirect=True)


async def sold_seats(world: World) -> list[tuple[int, int]]:
    holds = (await world.inventory.list_confirmed(ListHolds(None))).holds
    return sorted({(unit.departure_id, unit.passenger) for hold in holds for unit in hold.units})


class TestOffers:
    async def test_fee_and_difference_by_the_conditions(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        world.offered.offers = [on_another_day(offer, 9000), on_another_day(offer, 1000)]
        response = await guest.post("/exchange-offers", {"date": "2026-11-22", "from": "Bonn", "mode": ["rail"]})
        found = response.json()
        dearer, cheaper = (trip["offers"][0] for trip in found["trips"])
        assert (dearer["fee"]["amount"], dearer["to_pay"]["amount"], dearer["to_refund"]["amount"]) == (
            "6.00", "36.00", "0.00",
        )  # fmt: skip
        assert (cheaper["to_pay"]["amount"], cheaper["to_refund"]["amount"]) == ("0.00", "44.00")
        leg = found["trips"][0]["legs"][0]
        assert (leg["service_number"], leg["from"]["departs_at"]) == ("ICE 847", "2026-11-22T10:00:00+01:00")
        (asked,) = world.offered.asked
        assert (asked.origin, asked.destination, asked.day, asked.modes) == ("Bonn", "demo:c", "2026-11-22", ("rail",))
        assert (asked.passengers, asked.currency) == (("adult",), "EUR")
        published = ExchangeOffersAnswer.model_validate_json(response.content, strict=False)
        assert published.model_dump(mode="json", by_alias=True) == found

    async def test_a_fare_that_cannot_be_exchanged(self, world: World, process: Process) -> None:
        guest = await Guest.with_booking(process, world.offer())
        response = await guest.post("/exchange-offers", {"date": "2026-11-22"})
        assert (response.status_code, response.json()["code"]) == (409, "booking_not_exchangeable")

    @pytest.mark.parametrize("content", [{}, {"date": "tomorrow"}, {"date": "2026-11-22", "day": 1}, []])
    async def test_a_body_that_is_none(self, world: World, process: Process, content: object) -> None:
        guest = await Guest.with_booking(process, changeable(world))
        assert (await guest.post("/exchange-offers", content)).status_code == 422


class TestExchange:
    @pytest.mark.parametrize(("price", "charge", "refund"), [(9000, 3600, 0), (5400, 0, 0), (1000, 0, 4400)])
    async def test_dearer_equal_and_cheaper(
        self, world: World, process: Process, price: int, charge: int, refund: int
    ) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        quoted = await guest.exchange_offer(on_another_day(offer, price))
        response = await guest.exchange(quoted["exchange_offer_id"], "tok_approved" if charge else None)
        done = response.json()
        assert response.status_code == 200, done
        BookingAnswer.model_validate_json(response.content, strict=False)
        assert done["legs"][0]["from"]["departs_at"] == "2026-11-22T10:00:00+01:00"
        assert [item["state"] for item in done["items"]] == ["ticketed"]
        assert done["tickets"][0]["number"] == f"{done['locator']}-1-1-2"
        assert (done["exchanges"][0]["state"], done["fees"]["amount"]) == ("done", "6.00")
        assert await kept(process) == 6000 + charge - refund == price + 600
        assert sum(amount.minor for amount in world.gateway.captured.values()) == 6000 + charge
        assert [amount.minor for amount in world.gateway.refunded.values()] == ([refund] if refund else [])
        (departure, _) = (await sold_seats(world))[0]
        assert departure == offer.legs[0].departure_id + (1 << 32)  # the old seat is free again
        states = await process.database.fetch("SELECT trip_no, state FROM bookings.booking_item ORDER BY item_no")
        assert [tuple(row) for row in states] == [(0, 5), (1, 1)]
        assert (await event_types(process))[-1] == "booking.exchanged"
        assert (await guest.look())["refunds"] == ([] if not refund else [
            {**done["refunds"][0], "state": "refunded", "settled_at": (await guest.look())["refunds"][0]["settled_at"]}
        ])  # fmt: skip
        await assert_sound(process)

    async def test_again_and_then_given_back_in_part_and_whole(self, world: World, process: Process) -> None:
        offer = changeable(world, passengers=3, legs=2)
        guest = await Guest.with_booking(process, offer, 3)
        for price, token in ((9000, "tok_approved"), (7000, None)):
            quoted = await guest.exchange_offer(on_another_day(offer, price))
            assert (await guest.exchange(quoted["exchange_offer_id"], token)).status_code == 200
            await assert_sound(process)
        assert (await guest.cancel(2)).status_code == 200
        await assert_sound(process)
        left = msgspec.structs.replace(changeable(world, passengers=2, legs=1))
        quoted = await guest.exchange_offer(left)
        done = (await guest.exchange(quoted["exchange_offer_id"])).json()
        assert [one["given_name"] for one in done["passengers"]] == ["Adaa", "Adac"]
        await assert_sound(process)
        assert (await guest.cancel()).json()["status"] == "cancelled"
        await assert_sound(process)
        assert await kept(process) == (await process.facts())[0].fees
        assert await sold_seats(world) == []

    async def test_old_tickets_are_void(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        old = guest.booked["tickets"][0]["number"]
        quoted = await guest.exchange_offer(on_another_day(offer, 5400))
        new = (await guest.exchange(quoted["exchange_offer_id"])).json()["tickets"][0]["number"]
        answers = [
            await process.http.post("/v1/tickets/check", json={"code": code}) for code in (old, new, "ZZZZZZ-1-1")
        ]
        assert [answer.json()["status"] for answer in answers] == ["void", "good", "void"]
        response = await process.http.get(f"{guest.url}/tickets/1.pdf", headers=guest.headers())
        assert response.status_code == 200
        (ticket,) = world.documents.requests[-1].tickets
        assert (ticket.ticket_no, ticket.departure_id[:8]) == (new, "20261122")
        assert ticket.issued_at == world.clock.now_s()

    async def test_of_another_booking_expired_or_changed_since(self, world: World, process: Process) -> None:
        offer = changeable(world, passengers=2)
        guest, other = await Guest.with_booking(process, offer, 2), await Guest.with_booking(process, offer, 2)
        quoted = await guest.exchange_offer(on_another_day(offer, 5400))
        token = quoted["exchange_offer_id"]
        assert (await other.exchange(token)).json()["code"] == "validation_failed"
        assert (await guest.exchange("rubbish")).json()["code"] == "validation_failed"
        assert (await guest.rename(1, given_name="Augusta")).status_code == 200
        assert (await guest.exchange(token)).json()["code"] == "exchange_offer_expired"
        token = (await guest.exchange_offer(on_another_day(offer, 5400)))["exchange_offer_id"]
        world.clock.advance(600)
        assert (await guest.exchange(token)).json()["code"] == "exchange_offer_expired"
        await assert_sound(process)

    async def test_a_payment_is_asked_for_and_no_card_number_taken(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        missing = (await guest.exchange(token)).json()
        assert (missing["code"], missing["errors"][0]["field"]) == ("validation_failed", "payment")
        assert (await guest.exchange(token, "4111 1111 1111 1111")).json()["code"] == "card_number_refused"
        world.gateway.down_s = 7
        assert (await guest.exchange(token, "tok_approved")).status_code == 503

    async def test_not_once_the_old_trip_has_begun(self, world: World, process: Process) -> None:
        world.clock.advance(DEPARTS_S - 60 - world.clock.now_s())
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 5400)))["exchange_offer_id"]
        world.clock.advance(60)
        assert (await guest.exchange(token)).json()["code"] == "booking_not_exchangeable"


class TestUnhappy:
    async def whole(self, guest: Guest, world: World) -> None:
        """The old booking is as it was and nothing else was paid."""
        shown = await guest.look()
        assert {**shown, "exchanges": []} == {k: v for k, v in guest.booked.items() if not k.startswith("access_token")}
        assert await kept(guest.process) == 6000
        await assert_sound(guest.process)

    async def test_declined(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        for _ in range(2):
            response = await guest.exchange(token, "tok_declined", key="x")
            assert (response.status_code, response.json()["code"]) == (402, "payment_declined")
        await self.whole(guest, world)
        assert (await guest.look())["exchanges"][0]["reason"] == "payment_declined"
        assert (await guest.exchange(token, "tok_approved", key="y")).status_code == 200
        await assert_sound(process)

    async def test_the_capture_is_refused(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        world.gateway.refuse.add("capture")
        response = await guest.exchange(token, "tok_approved")
        assert (response.status_code, response.json()["code"]) == (402, "payment_declined")
        await self.whole(guest, world)

    async def test_the_customer_confirms_in_time(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        world.gateway._customer_s = 3600.0
        response = await guest.exchange(token, "tok_3ds", key="x")
        pending = response.json()
        assert response.status_code == 202
        assert pending["next_action"]["url"].startswith("https://")
        assert json.loads(ExchangePendingAnswer.model_validate_json(response.content).model_dump_json()) == pending
        assert (await guest.look())["exchanges"][0]["state"] == "pending"
        # Nobody else changes the booking meanwhile.
        assert (await guest.cancel()).status_code == 503
        assert (await guest.rename(1, given_name="Eve")).status_code == 503
        assert (await guest.exchange(token, "tok_approved", key="y")).status_code == 503
        world.gateway._customer_s = 0.0
        await process.recover()
        assert (await guest.look())["exchanges"][0]["state"] == "done"
        again = await guest.exchange(token, "tok_3ds", key="x")
        assert (again.status_code, again.json()["exchanges"][0]["state"]) == (200, "done")
        await world.let_holds_expire()  # those of the refused attempts
        await assert_sound(process)

    async def test_a_webhook_hastens_it(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        world.gateway._customer_s = 3600.0
        assert (await guest.exchange(token, "tok_3ds")).status_code == 202
        await process.database.execute("UPDATE bookings.open_saga SET due_at = now() + interval '2 minutes'")
        world.gateway._customer_s = 0.0
        payment_id = await process.database.fetchval("SELECT payment_id FROM bookings.exchange")
        world.gateway.notice_key = str(payment_id)
        assert (await process.http.post("/v1/webhooks/payments/simulated", content=b"{}")).status_code == 204
        jobs = {job.name: job.run for job in process.bookings.jobs}
        await jobs["bookings.settled"]()
        await jobs["bookings.recovery"]()
        assert (await guest.look())["exchanges"][0]["state"] == "done"

    @pytest.mark.parametrize("token", ["tok_3ds", "tok_3ds_declined"])
    async def test_the_new_seats_expire_while_the_customer_thinks(
        self, world: World, process: Process, token: str
    ) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        quoted = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        world.gateway._customer_s = 3600.0
        assert (await guest.exchange(quoted, token)).status_code == 202
        await world.let_holds_expire()
        world.gateway._customer_s = 0.0
        await process.recover()
        assert (await guest.look())["exchanges"][0]["state"] == "failed"
        await self.whole(guest, world)

    async def test_sold_out(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        later = on_another_day(offer, 5400)
        for _ in range(5):
            await world.hold(msgspec.structs.replace(on_another_day(changeable(world, passengers=8), 1)))
        token = (await guest.exchange_offer(later))["exchange_offer_id"]
        assert (await guest.exchange(token)).json()["code"] == "sold_out"
        await self.whole(guest, world)


class TestOnceUnderAKey:
    async def test_twenty_times_at_once_is_once(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        async with world.process(1) as other:
            guests = [guest, guest.at(other)] * 10
            answers = await asyncio.gather(*(one.exchange(token, "tok_approved", key="x") for one in guests))
        assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
        assert len(world.gateway.captured) == 2
        await assert_sound(process)

    async def test_without_a_key_one_of_many_wins(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        answers = await asyncio.gather(*(guest.exchange(token, "tok_approved") for _ in range(8)))
        codes = sorted(answer.status_code for answer in answers)
        assert codes[0] == 200
        assert set(codes[1:]) <= {409, 503}
        assert len(world.gateway.captured) == 2
        await world.let_holds_expire()
        await assert_sound(process)

    async def test_another_body_is_a_conflict(self, world: World, process: Process) -> None:
        offer = changeable(world)
        guest = await Guest.with_booking(process, offer)
        token = (await guest.exchange_offer(on_another_day(offer, 9000)))["exchange_offer_id"]
        assert (await guest.exchange(token, "tok_approved", key="x")).status_code == 200
        assert (await guest.exchange(token, "tok_slow", key="x")).json()["code"] == "idempotency_conflict"
