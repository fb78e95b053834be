"""POST /v1/bookings end to end on a real database: the answer, the rows, the seats and the money."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from integration.bookings.world import DEPARTS_S, Process, World, body
from wayfare.contracts.inventory.api import FindHold, ReleaseHold
from wayfare.contracts.offers.api import Conversion, Offer
from wayfare.services.bookings.entrypoints.bodies import NewBookingAnswer

pytestmark = pytest.mark.parametrize("world", ["fake", "real"], indirect=True)

ADULT = {"given_name": "Ada", "family_name": "Lovelace", "category": "adult", "birth_date": "1990-05-31"}
CHILD = {"given_name": "Byron", "family_name": "King", "category": "child"}


class TestConfirmed:
    async def test_a_hold_becomes_a_confirmed_booking(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        response = await process.book(body(hold_id))
        assert response.status_code == 201, response.text
        answer = response.json()
        assert answer["status"] == "confirmed"
        assert answer["price"] == {"amount": "59.90", "currency": "EUR"}
        assert answer["tickets"] == [
            {
                "passenger": 1,
                "leg": 1,
                "number": f"{answer['locator']}-1-1",
                "url": f"/v1/bookings/{answer['locator']}/tickets/1.pdf",
            }
        ]
        (facts,) = await process.facts()
        assert (facts.state, facts.locator, facts.open_saga) == ("ticketed", answer["locator"], False)
        assert facts.hold_id == hold_id
        hold = await world.inventory.get_hold(FindHold(hold_id))
        assert (hold.state, hold.booking_id) == ("confirmed", facts.booking_id)
        assert world.gateway.captured == {str(facts.payment_id): facts.total}

    async def test_names_and_local_times_come_from_the_timetable(self, process: Process) -> None:
        offer = process.world.offer(legs=2)
        first, second = (await process.booked(offer=offer))["legs"]
        assert (first["operator"], first["service_number"], first["mode"]) == ("Demo Rail", "ICE 847", "rail")
        assert first["from"] == {
            "id": "demo:a",
            "name": "Aachen Hbf",
            "code": "AC",
            "platform": "3",
            "departs_at": "2026-11-21T10:00:00+01:00",
        }
        assert second["to"]["platform"] is None
        assert second["to"]["arrives_at"] == "2026-11-21T19:00:00+00:00"  # London's own time
        assert second["cabin_name"] == "Economy"

    async def test_two_passengers_on_two_legs_make_four_items(self, world: World, process: Process) -> None:
        offer = world.offer(("adult", "child"), legs=2)
        response = await process.book(body(await world.hold(offer), passengers=[CHILD, ADULT]))
        answer = response.json()
        # In the order the offer prices them, whatever order they came in.
        assert [passenger["given_name"] for passenger in answer["passengers"]] == ["Ada", "Byron"]
        pairs = [(item["passenger"], item["leg"], item["state"]) for item in answer["items"]]
        assert pairs == [(1, 1, "ticketed"), (1, 2, "ticketed"), (2, 1, "ticketed"), (2, 2, "ticketed")]
        rows = await process.database.fetch("SELECT * FROM bookings.booking_item ORDER BY item_no")
        assert [(row["passenger_no"], row["leg_no"], row["price"]) for row in rows] == [
            (0, 0, 5990),
            (0, 1, 5990),
            (1, 0, 5990),
            (1, 1, 5990),
        ]

    async def test_a_converted_price_keeps_its_rates(self, world: World, process: Process) -> None:
        conversion = Conversion("ECB reference", "2026-10-30", "EUR", (("INR", "106.0840"),))
        offer = msgspec.structs.replace(world.offer(), conversion=conversion)
        answer = await process.booked(offer=offer)
        told = {"source": "ECB reference", "date": "2026-10-30", "base": "EUR", "rates": {"INR": "106.0840"}}
        assert answer["conversion"] == told
        assert answer["conditions"]["text"][-1] == conversion.sentence
        row = await process.database.fetchrow("SELECT offer FROM bookings.booking_detail")
        assert msgspec.json.decode(row["offer"], type=Offer) == offer

    async def test_the_answer_is_the_published_one(self, world: World, process: Process) -> None:
        response = await process.book(body(await world.hold(world.offer(legs=2))))
        read = NewBookingAnswer.model_validate_json(response.content, strict=False)
        assert read.model_dump(mode="json", by_alias=True) == response.json()

    async def test_an_offer_can_be_booked_directly(self, world: World, process: Process) -> None:
        offer_id = world.seal.seal(world.offer())
        response = await process.book(body(offer_id=offer_id, preferences={"features": ["window"]}), key="direct")
        assert response.status_code == 201
        again = await process.book(body(offer_id=offer_id, preferences={"features": ["window"]}), key="direct")
        assert again.content == response.content
        assert len(await process.facts()) == 1

    @pytest.mark.parametrize("change", ["offer", "preferences"])
    async def test_a_repeated_key_with_another_choice_takes_no_hold(
        self, world: World, process: Process, change: str
    ) -> None:
        """The first request got its hold and then failed before its booking was written."""
        offer_id, cheaper = world.seal.seal(world.offer()), world.seal.seal(world.offer(price=10))
        async with world.process() as broken:
            await broken.bookings.stop()
            assert (await broken.book(body(offer_id=offer_id), key="k")).json()["code"] == "unavailable"
            await broken.bookings.start()
        content = (
            {"offer_id": cheaper} if change == "offer" else {"offer_id": offer_id, "preferences": {"together": False}}
        )
        response = await process.book(body(**content), key="k")
        assert response.json()["code"] == "idempotency_conflict"
        assert await process.facts() == []
        assert (await process.book(body(offer_id=offer_id), key="k")).status_code == 201

    async def test_the_hold_keeps_its_price_after_the_offer_expired(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        world.clock.advance(599)
        assert (await process.book(body(hold_id))).status_code == 201

    async def test_locators_differ(self, world: World, process: Process) -> None:
        holds = [await world.hold() for _ in range(30)]
        answers = await asyncio.gather(*(process.book(body(hold_id)) for hold_id in holds))
        assert len({answer.json()["locator"] for answer in answers}) == 30


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"payment": {"method": "card", "token": "4111 1111 1111 1111"}}, "token"),
            ({"payment": {"method": "card", "token": "4111111111111111"}}, "token"),
            ({"passengers": [ADULT | {"given_name": " "}]}, "passengers.0.given_name"),
            ({"passengers": [ADULT | {"family_name": "A\u0000B"}]}, "passengers.0.family_name"),
            ({"passengers": [ADULT | {"given_name": "x" * 101}]}, "passengers.0.given_name"),
            ({"passengers": [ADULT | {"birth_date": "2027-01-01"}]}, "passengers.0.birth_date"),
            ({"passengers": [ADULT | {"birth_date": "2026-02-30"}]}, "passengers.0.birth_date"),
            ({"passengers": [CHILD]}, "passengers"),
            ({"passengers": [ADULT, ADULT]}, "passengers"),
            ({"passengers": []}, "passengers"),
            ({"contact": {"email": "nobody"}}, "contact.email"),
            ({"contact": {"email": "a@b.org", "phone": "call me"}}, "contact.phone"),
            ({"offer_id": "x"}, "body"),
            ({"price": "0.01"}, "price"),
        ],
    )
    async def test_nonsense_is_named_and_leaves_nothing(
        self, world: World, process: Process, change: dict[str, Any], field: str
    ) -> None:
        response = await process.book(body(await world.hold(), **change), key="nonsense")
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == field
        assert "4111" not in response.text
        for table in ("booking", "booking_detail", "locator", "idempotency", "answer", "open_saga"):
            assert await process.database.fetchval(f"SELECT count(*) FROM bookings.{table}") == 0
        assert world.gateway.calls.total() == 0

    async def test_an_unknown_hold(self, process: Process) -> None:
        assert (await process.book(body(uuid4()))).json()["code"] == "not_found"

    async def test_a_released_hold(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        await world.inventory.release_hold(ReleaseHold(hold_id))
        response = await process.book(body(hold_id))
        assert (response.status_code, response.json()["code"]) == (409, "hold_expired")

    @pytest.mark.parametrize("from_hold", [True, False])
    async def test_a_departure_that_has_left(self, world: World, process: Process, from_hold: bool) -> None:
        """Even when the hold, by the database's clock, still has a moment."""
        world.clock.advance(DEPARTS_S - 60 - world.clock.now_s())
        offer = world.offer()
        content = {"hold_id": str(await world.hold(offer))} if from_hold else {"offer_id": world.seal.seal(offer)}
        world.clock.advance(60)
        response = await process.book(body(**content))
        assert (response.status_code, response.json()["code"]) == (409, "departure_closed")
        assert await process.facts() == []

    async def test_a_hold_that_is_used(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        await process.book(body(hold_id))
        response = await process.book(body(hold_id))
        assert (response.status_code, response.json()["code"]) == (409, "hold_used")
        assert len(world.gateway.captured) == 1

    async def test_an_altered_or_expired_offer(self, world: World, process: Process) -> None:
        offer_id = world.seal.seal(world.offer())
        assert (await process.book(body(offer_id=offer_id[:-1] + "!"))).json()["code"] == "offer_invalid"
        world.clock.advance(1200)
        assert (await process.book(body(offer_id=offer_id))).json()["code"] == "offer_expired"

    async def test_the_same_hold_twice_at_once_is_charged_once(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        answers = await asyncio.gather(*(process.book(body(hold_id)) for _ in range(5)))
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [201, 409, 409, 409, 409]
        assert len(world.gateway.captured) == 1
        assert [facts.state for facts in await process.facts()].count("ticketed") == 1


class TestDeclined:
    @pytest.mark.parametrize(
        ("token", "reason"),
        [
            ("tok_declined", "card_declined"),
            ("tok_insufficient_funds", "insufficient_funds"),
            ("tok_what", "unknown_token"),
        ],
    )
    async def test_the_hold_is_kept(self, world: World, process: Process, token: str, reason: str) -> None:
        hold_id = await world.hold()
        response = await process.book(body(hold_id, token))
        problem = response.json()
        assert (response.status_code, problem["code"], problem["reason"]) == (402, "payment_declined", reason)
        assert problem["hold_id"] == str(hold_id)
        assert problem["expires_at"] == "2026-11-01T10:10:00+01:00"
        (facts,) = await process.facts()
        assert (facts.state, facts.locator, facts.open_saga) == ("pending", problem["locator"], True)
        assert (await world.inventory.get_hold(FindHold(hold_id))).state == "held"

    async def test_another_card_continues_the_booking(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        declined = (await process.book(body(hold_id, "tok_declined"))).json()
        changed = {"given_name": "Augusta", "family_name": "King", "category": "adult"}
        response = await process.book(body(hold_id, passengers=[changed]))
        assert response.status_code == 201
        assert response.json()["locator"] == declined["locator"]
        assert response.json()["passengers"][0]["given_name"] == "Augusta"
        (facts,) = await process.facts()
        assert facts.state == "ticketed"
        assert list(world.gateway.captured) == [str(facts.payment_id)]
        states = await process.database.fetch("SELECT state FROM payments.payment ORDER BY state")
        assert [row["state"] for row in states] == ["captured", "declined"]

    async def test_a_waiting_booking_fails_when_its_hold_expires(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        await process.book(body(hold_id, "tok_declined"))
        await process.recover()
        assert (await process.facts())[0].state == "pending"
        await world.let_holds_expire()
        await process.recover()
        (facts,) = await process.facts()
        assert (facts.state, facts.open_saga) == ("failed", False)
        assert (await process.book(body(hold_id))).json()["code"] == "hold_expired"

    async def test_the_token_is_forgotten_while_it_waits(self, world: World, process: Process) -> None:
        await process.book(body(await world.hold(), "tok_declined"))
        assert await process.database.fetchval("SELECT token FROM bookings.open_saga") == ""


class TestPending:
    async def test_no_answer_in_time_is_202_and_recovery_finishes(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        response = await process.book(body(hold_id, "tok_timeout"), key="slow")
        answer = response.json()
        assert (response.status_code, answer["status"]) == (202, "pending")
        assert response.headers["location"] == f"/v1/bookings/{answer['locator']}"
        await process.recover()
        (facts,) = await process.facts()
        assert facts.state == "ticketed"
        assert len(world.gateway.captured) == 1
        again = await process.book(body(hold_id, "tok_timeout"), key="slow")
        assert (again.status_code, again.json()["locator"]) == (201, answer["locator"])

    async def test_a_slow_gateway_is_waited_for(self, world: World, process: Process) -> None:
        response = await process.book(body(await world.hold(), "tok_slow"))
        assert response.status_code == 201

    async def test_a_second_card_while_the_first_is_pending(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        await process.book(body(hold_id, "tok_timeout"))
        response = await process.book(body(hold_id))
        assert (response.status_code, response.json()["code"]) == (409, "payment_pending")
        await process.recover()
        assert len(world.gateway.captured) == 1

    async def test_a_payment_that_stays_unknown_is_voided(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        await process.book(body(hold_id, "tok_timeout"))
        world.gateway.mute = True
        for _ in range(13):
            await process.recover()
        (facts,) = await process.facts()
        assert (facts.state, facts.open_saga) == ("failed", False)
        assert world.gateway.voided == {str(facts.payment_id)}
        assert (await world.inventory.get_hold(FindHold(hold_id))).state == "released"


class TestTrouble:
    async def test_units_gone_voids_the_payment(self, world: World) -> None:
        class SlowMoney:
            def __init__(self, payments: Any) -> None:
                self._payments = payments

            def __getattr__(self, name: str) -> Any:
                return getattr(self._payments, name)

            async def authorise(self, message: Any) -> Any:
                payment = await self._payments.authorise(message)
                await world.let_holds_expire()
                return payment

        async with world.process(wrap_payments=SlowMoney) as process:
            response = await process.book(body(await world.hold()), key="late")
            assert (response.status_code, response.json()["code"]) == (409, "hold_expired")
            (facts,) = await process.facts()
            assert (facts.state, facts.open_saga) == ("failed", False)
            assert world.gateway.voided == {str(facts.payment_id)}
            assert not world.gateway.captured
            assert await process.database.fetchval("SELECT state FROM payments.payment") == "voided"

    @pytest.mark.parametrize("method", ["authorise", "capture"])
    async def test_a_gateway_that_fails_once_is_asked_again(self, world: World, process: Process, method: str) -> None:
        world.gateway.fail_next[method] = 1
        response = await process.book(body(await world.hold()))
        assert response.status_code == 202
        await process.recover()
        (facts,) = await process.facts()
        assert facts.state == "ticketed"
        assert len(world.gateway.captured) == 1

    async def test_inventory_that_fails_once_is_asked_again(self, world: World, process: Process) -> None:
        hold_id = await world.hold()
        world.inventory_fails["confirm_hold"] = 1
        assert (await process.book(body(hold_id))).status_code == 202
        await process.recover()
        assert (await process.facts())[0].state == "ticketed"

    async def test_a_capture_that_never_works_gives_everything_back(self, world: World, process: Process) -> None:
        world.gateway.fail_next["capture"] = 1000
        hold_id = await world.hold()
        assert (await process.book(body(hold_id), key="never")).status_code == 202
        for _ in range(13):
            await process.recover()
        (facts,) = await process.facts()
        assert (facts.state, facts.open_saga) == ("failed", False)
        assert not world.gateway.captured
        assert world.gateway.voided == {str(facts.payment_id)}
        assert (await world.inventory.get_hold(FindHold(hold_id))).state == "released"
        again = await process.book(body(hold_id), key="never")
        assert (again.status_code, again.json()["code"]) == (402, "payment_declined")

    async def test_a_refused_capture_gives_the_seats_back(self, world: World, process: Process) -> None:
        world.gateway.refuse.add("capture")
        hold_id = await world.hold()
        response = await process.book(body(hold_id))
        assert (response.status_code, response.json()["reason"]) == (402, "capture_refused")
        (facts,) = await process.facts()
        assert facts.state == "failed"
        assert world.gateway.voided == {str(facts.payment_id)}  # nothing stays reserved on the card
        assert (await world.inventory.get_hold(FindHold(hold_id))).state == "released"


async def test_the_stored_row_holds_what_was_sold(world: World, process: Process) -> None:
    answer = await process.booked()
    row = await process.database.fetchrow(
        "SELECT * FROM bookings.booking_detail WHERE booking_id = $1", UUID(answer["booking_id"])
    )
    assert msgspec.json.decode(row["contact"]) == {"email": "Ada@Example.org"}
    assert msgspec.json.decode(row["offer"], type=Offer) == world.offer()
