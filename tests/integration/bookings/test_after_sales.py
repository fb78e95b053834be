"""Guests look at their booking, get tickets and give it back."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2

from integration.bookings.world import DEPARTS_S, Process, World, body
from wayfare.contracts.inventory.api import ListHolds
from wayfare.contracts.offers.api import ConditionStep
from wayfare.services.bookings.entrypoints.bodies import BookingAnswer, RefundOfferAnswer


def bearer(booked: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {booked['access_token']}"}


async def get(process: Process, path: str, booked: dict[str, Any]) -> httpx2.Response:
    return await process.http.get(f"/v1/bookings/{booked['locator']}{path}", headers=bearer(booked))


async def post(
    process: Process, path: str, booked: dict[str, Any], content: dict[str, Any] | None = None
) -> httpx2.Response:
    url = f"/v1/bookings/{booked['locator']}{path}"
    return await process.http.post(url, headers=bearer(booked), json=content)


class TestAccess:
    async def test_the_token_of_the_booking_opens_it(self, process: Process) -> None:
        booked = await process.booked()
        response = await get(process, "", booked)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "private, no-store"
        shown = response.json()
        assert shown == {name: value for name, value in booked.items() if not name.startswith("access_token")}
        assert (
            BookingAnswer.model_validate_json(response.content, strict=False).model_dump(mode="json", by_alias=True)
            == shown
        )

    async def test_without_a_token(self, process: Process) -> None:
        booked = await process.booked()
        for locator in (booked["locator"], "ZZZZZZ"):
            response = await process.http.get(f"/v1/bookings/{locator}")
            assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")

    async def test_with_another_bookings_token(self, process: Process) -> None:
        one, other = await process.booked(), await process.booked()
        for locator in (one["locator"], "ZZZZZZ"):
            response = await process.http.get(f"/v1/bookings/{locator}", headers=bearer(other))
            assert (response.status_code, response.json()["code"]) == (403, "forbidden")

    async def test_the_token_expires(self, world: World, process: Process) -> None:
        booked = await process.booked()
        world.clock.advance(1800)
        assert (await get(process, "", booked)).status_code == 401

    async def test_an_altered_token(self, process: Process) -> None:
        booked = await process.booked()
        booked["access_token"] = booked["access_token"][:-2] + "AA"
        assert (await get(process, "", booked)).status_code == 401


class TestLookUp:
    async def test_locator_and_address_give_a_key(self, process: Process) -> None:
        booked = await process.booked()
        response = await process.http.post(
            "/v1/bookings/lookup", json={"locator": booked["locator"].lower(), "email": "ada@EXAMPLE.org"}
        )
        assert response.status_code == 200
        assert (await get(process, "", booked | response.json())).status_code == 200

    async def test_both_mistakes_look_the_same(self, process: Process) -> None:
        booked = await process.booked()
        answers = [
            await process.http.post("/v1/bookings/lookup", json={"locator": locator, "email": email})
            for locator, email in (
                (booked["locator"], "eve@example.org"),
                ("ZZZZZZ", "ada@example.org"),
                ("not a locator", "ada@example.org"),
            )
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}

    async def test_both_mistakes_take_about_as_long(self, process: Process) -> None:
        booked = await process.booked()

        async def seconds(locator: str) -> float:
            best = 1.0
            for _ in range(20):
                started = time.perf_counter()
                await process.http.post("/v1/bookings/lookup", json={"locator": locator, "email": "eve@example.org"})
                best = min(best, time.perf_counter() - started)
            return best

        assert abs(await seconds(booked["locator"]) - await seconds("ZZZZZZ")) < 0.005


class TestRefundOffers:
    async def test_the_conditions_decide(self, world: World, process: Process) -> None:
        booked = await process.booked()
        response = await post(process, "/refund-offers", booked)
        offer = response.json()
        assert response.status_code == 201
        assert offer["refund"]["amount"] == "59.90"
        assert offer["fee"]["amount"] == "0.00"
        assert RefundOfferAnswer.model_validate_json(response.content, strict=False).model_dump(mode="json") == offer

    async def test_later_it_costs(self, world: World, process: Process) -> None:
        world.clock.advance(DEPARTS_S - 3600 - world.clock.now_s())
        booked = await process.booked()
        offer = (await post(process, "/refund-offers", booked)).json()
        assert offer["expires_at"].endswith("+01:00")  # where the trip begins
        assert offer["fee"]["amount"] == "14.98"  # 25 %, rounded half up
        assert offer["refund"]["amount"] == "44.92"

    async def test_after_departure_nothing_can_be_cancelled(self, world: World, process: Process) -> None:
        world.clock.advance(DEPARTS_S - 60 - world.clock.now_s())
        booked = await process.booked()
        world.clock.advance(60)
        response = await post(process, "/refund-offers", booked)
        assert (response.status_code, response.json()["code"]) == (409, "booking_not_cancellable")


class TestCancel:
    async def test_as_quoted(self, world: World, process: Process) -> None:
        booked = await process.booked()
        quoted = (await post(process, "/refund-offers", booked)).json()
        response = await post(process, "/cancel", booked, {"refund_offer_id": quoted["refund_offer_id"]})
        cancelled = response.json()
        assert (response.status_code, cancelled["status"]) == (200, "cancelled")
        assert cancelled["refunded"]["amount"] == "59.90"
        assert cancelled["tickets"] == []
        assert [item["state"] for item in cancelled["items"]] == ["refunded"]
        shown = (await get(process, "", booked)).json()
        (refund,) = shown["refunds"]
        assert (refund["state"], refund["amount"]) == ("refunded", {"amount": "59.90", "currency": "EUR"})
        assert refund["promised_at"] == "2026-11-01T09:00:00+00:00"
        assert refund["settled_at"]
        promised = {**refund, "state": "pending", "settled_at": None}
        assert shown | {"refunds": [promised]} == cancelled  # as it stood when it was promised
        (facts,) = await process.facts()
        assert (facts.state, facts.refunded, facts.open_saga) == ("cancelled", 5990, False)
        assert [amount.minor for amount in world.gateway.refunded.values()] == [5990]
        assert not (await world.inventory.list_confirmed(ListHolds(None))).holds

    async def test_the_quote_is_kept_though_the_fee_has_risen(self, world: World, process: Process) -> None:
        world.clock.advance(DEPARTS_S - 86_400 - 300 - world.clock.now_s())
        booked = await process.booked()
        quoted = (await post(process, "/refund-offers", booked)).json()
        world.clock.advance(599)
        response = await post(process, "/cancel", booked, {"refund_offer_id": quoted["refund_offer_id"]})
        assert response.json()["refunded"]["amount"] == "59.90"

    async def test_an_expired_quote(self, world: World, process: Process) -> None:
        booked = await process.booked()
        quoted = (await post(process, "/refund-offers", booked)).json()
        world.clock.advance(600)
        response = await post(process, "/cancel", booked, {"refund_offer_id": quoted["refund_offer_id"]})
        assert (response.status_code, response.json()["code"]) == (409, "refund_offer_expired")

    async def test_a_quote_for_another_booking_or_no_quote(self, process: Process) -> None:
        one, other = await process.booked(), await process.booked()
        quoted = (await post(process, "/refund-offers", other)).json()
        for refund_offer_id in (quoted["refund_offer_id"], "rubbish", one["access_token"]):
            response = await post(process, "/cancel", one, {"refund_offer_id": refund_offer_id})
            assert (response.status_code, response.json()["code"]) == (422, "validation_failed")

    async def test_twice(self, world: World, process: Process) -> None:
        booked = await process.booked()
        quoted = (await post(process, "/refund-offers", booked)).json()
        content = {"refund_offer_id": quoted["refund_offer_id"]}
        assert (await post(process, "/cancel", booked, content)).status_code == 200
        response = await post(process, "/cancel", booked, content)
        assert (response.status_code, response.json()["code"]) == (409, "booking_not_cancellable")
        assert len(world.gateway.refunded) == 1

    async def test_delete_quotes_and_cancels(self, world: World, process: Process) -> None:
        booked = await process.booked()
        url = f"/v1/bookings/{booked['locator']}"
        response = await process.http.delete(url, headers=bearer(booked))
        assert (response.status_code, response.json()["status"]) == (200, "cancelled")
        assert (await process.http.delete(url, headers=bearer(booked))).status_code == 409

    async def test_a_fare_that_gives_nothing_back(self, world: World, process: Process) -> None:
        booked = await process.booked(offer=world.offer(refund=(ConditionStep(DEPARTS_S, 1000),)))
        response = await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=bearer(booked))
        assert response.json()["refunded"]["amount"] == "0.00"
        assert [item["state"] for item in response.json()["items"]] == ["cancelled"]
        assert not world.gateway.refunded
        assert not (await world.inventory.list_confirmed(ListHolds(None))).holds

    async def test_a_gateway_that_is_down_only_delays_the_refund(self, world: World, process: Process) -> None:
        booked = await process.booked()
        world.gateway.fail_next["refund"] = 1
        response = await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=bearer(booked))
        assert response.json()["status"] == "cancelled"
        assert not world.gateway.refunded
        await process.database.execute("UPDATE payments.open_refund SET due_at = now()")
        await next(job.run for job in process.payments.jobs if job.name == "payments.retry_refunds")()
        assert [amount.minor for amount in world.gateway.refunded.values()] == [5990]

    async def test_inventory_that_is_down_only_delays_the_release(self, world: World, process: Process) -> None:
        booked = await process.booked()
        world.inventory_fails["release_hold"] = 1
        response = await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=bearer(booked))
        assert response.json()["status"] == "cancelled"
        assert (await process.facts())[0].open_saga
        await process.recover()
        assert not (await world.inventory.list_confirmed(ListHolds(None))).holds
        assert not (await process.facts())[0].open_saga

    async def test_a_booking_that_is_not_confirmed(self, world: World, process: Process) -> None:
        pending = (await process.book(body(await world.hold(), "tok_timeout"))).json()
        response = await process.http.delete(f"/v1/bookings/{pending['locator']}", headers=bearer(pending))
        assert response.json()["code"] == "booking_not_cancellable"


class TestTickets:
    async def test_all_pages(self, world: World, process: Process) -> None:
        booked = await process.booked(offer=world.offer(legs=2))
        response = await get(process, "/tickets.pdf", booked)
        assert response.headers["content-type"] == "application/pdf"
        first, second = world.documents.requests[0].tickets
        assert (first.ticket_no, second.ticket_no) == (f"{booked['locator']}-1-1", f"{booked['locator']}-1-2")
        assert first.passenger_name == "Ada Lovelace"
        assert (first.origin.name, first.origin.platform) == ("Aachen Hbf", "3")
        assert first.origin.local_time == "2026-11-21T10:00:00+01:00"
        assert second.destination.tz == "Europe/London"
        assert first.price.minor == 5990
        assert first.conditions[0].startswith("Refundable free of charge until 20 November 2026, 10:00, then")

    async def test_one_page(self, world: World, process: Process) -> None:
        booked = await process.booked(offer=world.offer(legs=2))
        assert (await get(process, "/tickets/2.pdf", booked)).status_code == 200
        (ticket,) = world.documents.requests[0].tickets
        assert ticket.ticket_no.endswith("-1-2")
        assert (await get(process, "/tickets/3.pdf", booked)).status_code == 404
        assert (await get(process, "/tickets/0.pdf", booked)).status_code == 404

    async def test_a_cancelled_booking_has_none(self, process: Process) -> None:
        booked = await process.booked()
        await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=bearer(booked))
        response = await get(process, "/tickets.pdf", booked)
        assert (response.status_code, response.json()["code"]) == (409, "tickets_not_valid")


class TestCancelUnderAKey:
    async def test_the_same_key_gives_the_same_answer(self, world: World, process: Process) -> None:
        booked = await process.booked()
        quoted = (await post(process, "/refund-offers", booked)).json()
        url = f"/v1/bookings/{booked['locator']}/cancel"
        headers = bearer(booked) | {"Idempotency-Key": "c"}
        content = {"refund_offer_id": quoted["refund_offer_id"]}
        answers = await asyncio.gather(*(process.http.post(url, json=content, headers=headers) for _ in range(5)))
        answers.append(await process.http.post(url, json=content, headers=headers))
        assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
        assert len(world.gateway.refunded) == 1

    async def test_another_body_is_a_conflict(self, world: World, process: Process) -> None:
        booked = await process.booked()
        first = (await post(process, "/refund-offers", booked)).json()
        world.clock.advance(1)
        second = (await post(process, "/refund-offers", booked)).json()
        url = f"/v1/bookings/{booked['locator']}/cancel"
        headers = bearer(booked) | {"Idempotency-Key": "c"}
        codes = [
            (await process.http.post(url, json={"refund_offer_id": one["refund_offer_id"]}, headers=headers)).json()
            for one in (first, second)
        ]
        assert (codes[0]["status"], codes[1]["code"]) == ("cancelled", "idempotency_conflict")
