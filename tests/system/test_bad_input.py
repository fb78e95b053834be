"""Whatever comes in, the answer is a problem with a stable code, never a 500, and nothing is lost."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

import httpx2
import pytest

from system.harness import Server
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]
BERLIN, MUNICH = "Berlin Hbf", "München Hbf"


def check_problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["detail"]
    return body


def offers_query(**changes: str) -> dict[str, str]:
    query = {"from": BERLIN, "to": MUNICH, "date": in_days(5), "passengers": "adult:1", **changes}
    return {name: value for name, value in query.items() if value != "-"}


class TestOffers:
    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"from": "-"}, 422, "validation_failed"),
            ({"from": "Xyzzyville-on-Sea"}, 404, "not_found"),
            ({"from": "no-feed:nothing"}, 404, "not_found"),
            ({"to": BERLIN}, 422, "validation_failed"),
            ({"date": "2020-01-01"}, 422, "validation_failed"),
            ({"date": "2026-02-30"}, 422, "validation_failed"),
            ({"date": "tomorrow"}, 422, "validation_failed"),
            ({"date": "2030-01-01"}, 422, "validation_failed"),
            ({"date": "9999-12-31"}, 422, "validation_failed"),
            ({"passengers": "adult:0"}, 422, "validation_failed"),
            ({"passengers": "adult:10"}, 422, "validation_failed"),
            ({"passengers": "adult:5,child:5"}, 422, "validation_failed"),
            ({"passengers": "alien:1"}, 422, "validation_failed"),
            ({"passengers": "adult:-1"}, 422, "validation_failed"),
            ({"passengers": ""}, 422, "validation_failed"),
            ({"max_transfers": "99"}, 422, "validation_failed"),
            ({"max_transfers": "many"}, 422, "validation_failed"),
            ({"mode": "teleport"}, 422, "validation_failed"),
            ({"sort": "beauty"}, 422, "validation_failed"),
            ({"currency": "XYZ"}, 422, "validation_failed"),
            ({"time": "25:61"}, 422, "validation_failed"),
            ({"unknown": "1"}, 422, "validation_failed"),
            ({"from": "\x00"}, 422, "validation_failed"),
        ],
    )
    async def test_is_refused(
        self, changes: dict[str, str], status: int, code: str, client: httpx2.AsyncClient
    ) -> None:
        answer = await client.get("/v1/offers", params=offers_query(**changes))
        if code == "not_found":
            assert answer.status_code in (404, 422)
            check_problem(answer, answer.status_code, answer.json()["code"])
        else:
            check_problem(answer, status, code)

    async def test_a_date_after_the_timetable_is_told_how_far_it_goes(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/offers", params=offers_query(date=in_days(300)))
        body = check_problem(answer, 422, "validation_failed")
        assert "there are departures until 20" in body["detail"]

    async def test_a_mode_that_runs_on_no_date_has_no_trips(self, passenger: Passenger) -> None:
        found = await passenger.search(BERLIN, MUNICH, in_days(5), mode="ferry")
        assert (found["trips"], found["nearest_dates"]) == ([], [])

    async def test_invalid_utf8_in_the_address(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/places?q=%ff%fe")
        assert answer.status_code in (200, 422)


class TestHolds:
    @pytest.fixture
    async def trip(self, passenger: Passenger) -> Any:
        return direct_trip(await passenger.search(BERLIN, MUNICH, in_days(6)))

    @pytest.fixture
    def offer_id(self, trip: Any) -> str:
        offer_id: str = sellable(trip)[0]["offer_id"]
        return offer_id

    @pytest.mark.parametrize("change", ["altered", "cut", "foreign", "rubbish"])
    async def test_a_token_that_is_not_ours(self, change: str, offer_id: str, passenger: Passenger) -> None:
        token = {
            "altered": offer_id[:10] + ("A" if offer_id[10] != "A" else "B") + offer_id[11:],
            "cut": offer_id[:-3],
            "foreign": offer_id.split(".", maxsplit=1)[0] + ".AAAAAAAAAAAAAAAAAAAAAA",
            "rubbish": "🚆",
        }[change]
        check_problem(await passenger.hold(token), 422, "offer_invalid")

    async def test_units_of_another_departure(self, offer_id: str, passenger: Passenger) -> None:
        check_problem(await passenger.hold(offer_id, units=[["S9-999"]]), 422, "validation_failed")

    async def test_a_unit_given_twice(self, passenger: Passenger) -> None:
        trip = direct_trip(await passenger.search(BERLIN, MUNICH, in_days(6), "adult:2"))
        offer = sellable(trip)[0]
        held = await passenger.hold(offer["offer_id"])
        unit = held.json()["legs"][0]["units"][0]["unit"]
        check_problem(await passenger.hold(offer["offer_id"], units=[[unit, unit]]), 422, "validation_failed")

    @pytest.mark.parametrize("units", [[], [["a", "b"]], [["a"], ["b"]], "S1-1", [[1]], [[None]]])
    async def test_the_wrong_number_or_kind_of_units(self, units: Any, offer_id: str, passenger: Passenger) -> None:
        check_problem(await passenger.hold(offer_id, units=units), 422, "validation_failed")

    async def test_unknown_fields(self, offer_id: str, passenger: Passenger) -> None:
        body = check_problem(await passenger.hold(offer_id, price="0.01"), 422, "validation_failed")
        assert "price" in body["errors"][0]["field"]

    @pytest.mark.parametrize(
        "raw", [b"", b"[]", b"null", b"{", b'"x"', b'{"offer_id": 7}', b'{"offer_id": "\xff\xfe"}', b"\x00" * 10]
    )
    async def test_bodies_that_are_none(self, raw: bytes, client: httpx2.AsyncClient) -> None:
        headers = {"content-type": "application/json"}
        for path in ("/v1/holds", "/v1/bookings", "/v1/bookings/lookup"):
            check_problem(await client.post(path, content=raw, headers=headers), 422, "validation_failed")

    async def test_a_body_of_10_megabytes(self, client: httpx2.AsyncClient) -> None:
        for path in ("/v1/holds", "/v1/bookings"):
            check_problem(await client.post(path, content=b"x" * 10_000_000), 413, "body_too_large")

    @pytest.mark.parametrize("path", ["/v1/holds", "/v1/bookings", "/v1/bookings/lookup"])
    def test_a_client_that_sends_everything_first_gets_its_answer(self, path: str, server: Server) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("POST", path, body=b"x" * 10_000_000, headers={"content-type": "application/json"})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (413, "body_too_large")
        connection.close()

    @pytest.mark.parametrize("hold", ["nothing", "00000000-0000-0000-0000-000000000000", "%00", "é"])
    async def test_unknown_holds(self, hold: str, client: httpx2.AsyncClient) -> None:
        check_problem(await client.get(f"/v1/holds/{hold}"), 404, "not_found")
        check_problem(await client.delete(f"/v1/holds/{hold}"), 404, "not_found")


class TestBookings:
    @pytest.fixture
    async def hold_id(self, passenger: Passenger) -> str:
        trip = direct_trip(await passenger.search(BERLIN, MUNICH, in_days(7)))
        hold_id: str = (await passenger.hold(sellable(trip)[0]["offer_id"])).json()["hold_id"]
        return hold_id

    def body(self, hold_id: str, **changes: Any) -> dict[str, Any]:
        payment = {"method": "card", "token": "tok_approved"}
        return {"hold_id": hold_id, "passengers": [PASSENGER], "contact": CONTACT, "payment": payment, **changes}

    @pytest.mark.parametrize(
        "changes",
        [
            {"passengers": []},
            {"passengers": [PASSENGER, PASSENGER]},
            {"passengers": [{**PASSENGER, "category": "child"}]},
            {"passengers": [{**PASSENGER, "given_name": ""}]},
            {"passengers": [{**PASSENGER, "given_name": "x" * 1000}]},
            {"passengers": [{**PASSENGER, "given_name": "A\x00da"}]},
            {"passengers": [{**PASSENGER, "birth_date": "2999-01-01"}]},
            {"passengers": [{**PASSENGER, "is_staff": True}]},
            {"contact": {"email": "not an address"}},
            {"contact": {}},
            {"payment": {"method": "barter", "token": "tok_approved"}},
            {"payment": None},
            {"price": {"amount": "0.01", "currency": "EUR"}},
            {"offer_id": "given beside the hold"},
        ],
    )
    async def test_is_refused_and_the_hold_stays(
        self, changes: dict[str, Any], hold_id: str, client: httpx2.AsyncClient
    ) -> None:
        answer = await client.post("/v1/bookings", json=self.body(hold_id, **changes))
        check_problem(answer, 422, "validation_failed")
        assert (await client.get(f"/v1/holds/{hold_id}")).json()["state"] == "held"

    async def test_a_card_number_for_a_token(self, hold_id: str, client: httpx2.AsyncClient) -> None:
        paying = {"method": "card", "token": "4242424242424242"}
        answer = await client.post("/v1/bookings", json=self.body(hold_id, payment=paying))
        problem = check_problem(answer, 422, "card_number_refused")
        assert problem["errors"][0]["field"] == "payment.token"
        assert "4242" not in answer.text
        assert (await client.get(f"/v1/holds/{hold_id}")).json()["state"] == "held"

    async def test_a_hold_used_twice(self, hold_id: str, passenger: Passenger) -> None:
        assert (await passenger.book(hold_id)).status_code == 201
        check_problem(await passenger.book(hold_id), 409, "hold_used")

    async def test_an_unknown_hold(self, client: httpx2.AsyncClient) -> None:
        nil = "00000000-0000-0000-0000-000000000000"
        check_problem(await client.post("/v1/bookings", json=self.body(nil)), 404, "not_found")
        check_problem(await client.post("/v1/bookings", json=self.body("nothing")), 422, "validation_failed")

    async def test_a_declined_card_keeps_the_hold_for_another(self, hold_id: str, passenger: Passenger) -> None:
        body = check_problem(await passenger.book(hold_id, token="tok_declined"), 402, "payment_declined")
        assert body["hold_id"] == hold_id
        assert (await passenger.book(hold_id)).status_code == 201

    async def test_an_expired_hold(self, hold_id: str, passenger: Passenger, server: Server) -> None:
        await server.execute("UPDATE inventory.hold SET expires_at = now() WHERE hold_id = $1", hold_id)
        check_problem(await passenger.book(hold_id), 409, "hold_expired")

    async def test_the_same_key_with_another_body(self, hold_id: str, client: httpx2.AsyncClient) -> None:
        headers = {"idempotency-key": f"key-{hold_id}"}
        first = await client.post("/v1/bookings", json=self.body(hold_id), headers=headers)
        again = await client.post("/v1/bookings", json=self.body(hold_id), headers=headers)
        assert (first.status_code, first.content) == (201, again.content)
        other = self.body(hold_id, contact={"email": "eve@example.org"})
        check_problem(await client.post("/v1/bookings", json=other, headers=headers), 422, "idempotency_conflict")

    async def test_cancelled_twice(self, hold_id: str, passenger: Passenger) -> None:
        booked = (await passenger.book(hold_id)).json()
        first = await passenger.cancel(booked["locator"], booked["access_token"])
        assert first.status_code == 200, first.text
        again = await passenger.cancel(booked["locator"], booked["access_token"])
        check_problem(again, 409, "booking_not_cancellable")

    async def test_a_booking_is_not_for_strangers(self, hold_id: str, passenger: Passenger) -> None:
        mine = (await passenger.book(hold_id)).json()
        trip = direct_trip(await passenger.search(BERLIN, MUNICH, in_days(7)))
        other_hold = (await passenger.hold(sellable(trip)[0]["offer_id"])).json()["hold_id"]
        other = (await passenger.book(other_hold)).json()
        path = f"/v1/bookings/{mine['locator']}"
        check_problem(await passenger.client.get(path), 401, "unauthenticated")
        check_problem(await passenger.client.get(path, headers=bearer("rubbish")), 401, "unauthenticated")
        check_problem(await passenger.client.get(path, headers=bearer(other["access_token"])), 403, "forbidden")
        check_problem(
            await passenger.client.get(f"{path}/tickets/1.pdf", headers=bearer(other["access_token"])), 403, "forbidden"
        )

    async def test_a_lookup_tells_nothing_to_who_guesses(self, hold_id: str, passenger: Passenger) -> None:
        locator = (await passenger.book(hold_id)).json()["locator"]
        path = "/v1/bookings/lookup"
        wrong_mail = await passenger.client.post(path, json={"locator": locator, "email": "eve@example.org"})
        wrong_locator = await passenger.client.post(path, json={"locator": "ZZZZZZ", **CONTACT})
        assert (
            check_problem(wrong_mail, 404, "not_found")["detail"]
            == check_problem(wrong_locator, 404, "not_found")["detail"]
        )
        right = await passenger.client.post(path, json={"locator": locator.lower(), "email": "ADA@example.org"})
        assert right.status_code in (200, 201), right.text

    @pytest.mark.parametrize("n", ["0", "2", "999", "-1", "x"])
    async def test_a_ticket_that_is_not_there(self, n: str, hold_id: str, passenger: Passenger) -> None:
        booked = (await passenger.book(hold_id)).json()
        path = f"/v1/bookings/{booked['locator']}/tickets/{n}.pdf"
        answer = await passenger.client.get(path, headers=bearer(booked["access_token"]))
        assert answer.status_code in (404, 422)
        assert answer.json()["code"] in ("not_found", "validation_failed")


class TestDepartures:
    @pytest.mark.parametrize("departure", ["x", "20260230-1", "20261121-999999", "19000101-1", "20261121-1e9"])
    async def test_unknown_departures(self, departure: str, client: httpx2.AsyncClient) -> None:
        check_problem(await client.get(f"/v1/departures/{departure}"), 404, "not_found")
        answer = await client.get(f"/v1/departures/{departure}/seats", params={"from": 0, "to": 1})
        check_problem(answer, 404, "not_found")
