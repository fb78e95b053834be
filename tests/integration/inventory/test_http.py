from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI, Request, Response

from integration.inventory.world import COACH, NOW, TRAIN, departure, wants
from wayfare.contracts.inventory.api import ConfirmHold
from wayfare.contracts.offers.api import Offer, OfferLeg
from wayfare.infrastructure.http import encoded
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import OfferInvalid, WayfareError
from wayfare.kernel.ids import format_departure
from wayfare.services.inventory.entrypoints.bodies import HoldAnswer, SeatsAnswer

SEAL = Seal(b"s" * 32, "offer", Offer, OfferInvalid)
NOW_S = int(NOW.timestamp())
DEPARTURE = format_departure(departure())


def offer(*, expires_s: int = NOW_S + 900, passengers: int = 1, cabin: str = "second", service: int = TRAIN) -> str:
    leg = OfferLeg(departure(service), 1, 4, cabin, (1990,) * passengers, (0,) * passengers)
    people = ("adult",) * passengers
    return SEAL.seal(Offer((leg,), people, "flex", "EUR", NOW_S + 90_000, (), (), NOW_S, expires_s))


async def problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, WayfareError)
    return encoded({"code": error.code}, 409)


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.add_exception_handler(WayfareError, problem)
    for router in service.routers:
        app.include_router(router)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://wayfare") as client:
        yield client


class TestHolds:
    async def test_place_look_and_let_go(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/v1/holds", json={"offer_id": offer(passengers=2)})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        HoldAnswer.model_validate(body, strict=True)
        assert body["state"] == "held"
        assert body["expires_at"] == "2026-11-21T10:10:00+01:00"
        assert body["price"] == {"amount": "39.80", "currency": "EUR"}
        (leg,) = body["legs"]
        assert (leg["departure_id"], leg["from_call"], leg["to_call"], leg["cabin"]) == (DEPARTURE, 1, 4, "second")
        assert [unit["passenger"] for unit in leg["units"]] == [1, 2]
        assert leg["units"][0]["unit"] == f"{leg['units'][0]['coach']}-{leg['units'][0]['label']}"
        path = answer.headers["location"]
        assert (await client.get(path)).json() == body
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).json()["state"] == "released"

    async def test_named_units_and_preferences(self, client: httpx2.AsyncClient) -> None:
        named = await client.post("/v1/holds", json={"offer_id": offer(), "units": [["S2-7"]]})
        assert named.json()["legs"][0]["units"][0]["unit"] == "S2-7"
        taken = await client.post("/v1/holds", json={"offer_id": offer(), "units": [["S2-7"]]})
        assert taken.json()["code"] == "units_taken"
        wish = {"features": ["window"], "coach": "S2"}
        chosen = (await client.post("/v1/holds", json={"offer_id": offer(), "preferences": wish})).json()
        unit = chosen["legs"][0]["units"][0]
        assert unit["coach"] == "S2"
        assert int(unit["label"]) % 4 in (0, 1)

    async def test_a_confirmed_hold_stays(self, client: httpx2.AsyncClient, service: Service) -> None:
        hold = await service.api.place_hold(wants())
        await service.api.confirm_hold(ConfirmHold(hold.hold_id, hold.hold_id))
        assert (await client.delete(f"/v1/holds/{hold.hold_id}")).json() == {"code": "hold_used"}

    async def test_the_same_key_and_body_give_the_same_answer(self, client: httpx2.AsyncClient) -> None:
        headers, body = {"idempotency-key": "k1"}, {"offer_id": offer()}
        first = await client.post("/v1/holds", json=body, headers=headers)
        assert (await client.post("/v1/holds", json=body, headers=headers)).content == first.content
        other = await client.post("/v1/holds", json={**body, "units": [["S1-9"]]}, headers=headers)
        assert other.json()["code"] == "idempotency_conflict"

    async def test_an_expired_offer_still_answers_a_repeated_request(
        self, client: httpx2.AsyncClient, service: Service
    ) -> None:
        late = {"offer_id": offer(expires_s=NOW_S)}
        assert (await client.post("/v1/holds", json=late)).json()["code"] == "offer_expired"
        answer = await client.post("/v1/holds", json=late, headers={"idempotency-key": "k2"})
        assert answer.json()["code"] == "offer_expired"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "validation_failed"),
            ({"offer_id": 5}, "validation_failed"),
            ({"offer_id": "x.y"}, "offer_invalid"),
            ({"offer_id": offer(), "seats": 3}, "validation_failed"),
            ({"offer_id": offer(), "units": "S1-1"}, "validation_failed"),
            ({"offer_id": offer(), "units": []}, "validation_failed"),
            ({"offer_id": offer(), "units": [["S1-1", "S1-2"]]}, "validation_failed"),
            ({"offer_id": offer(), "preferences": {"features": "window"}}, "validation_failed"),
            ({"offer_id": offer(cabin="third")}, "validation_failed"),
            ({"offer_id": offer(service=1)}, "not_found"),
        ],
    )
    async def test_refuses(self, client: httpx2.AsyncClient, body: object, code: str) -> None:
        assert (await client.post("/v1/holds", json=body)).json()["code"] == code

    @pytest.mark.parametrize("hold_id", ["x", "00000000-0000-0000-0000-000000000000"])
    async def test_unknown(self, client: httpx2.AsyncClient, hold_id: str) -> None:
        assert (await client.get(f"/v1/holds/{hold_id}")).json()["code"] == "not_found"
        assert (await client.delete(f"/v1/holds/{hold_id}")).json()["code"] == "not_found"


class TestSeats:
    async def test_states_for_a_leg(self, client: httpx2.AsyncClient, service: Service) -> None:
        await service.api.place_hold(wants(units=["S1-5"], from_call=2, to_call=4))
        path = f"/v1/departures/{DEPARTURE}/seats"
        by_index = (await client.get(path, params={"from": 1, "to": 3})).json()
        assert (await client.get(path, params={"from": "demo:1", "to": "demo:3"})).json() == by_index
        for start, end in (("P1", "hb"), ("p1", "demo:110"), ("demo:1", "HB")):  # codes; the station's id
            assert (await client.get(path, params={"from": start, "to": end})).json() == by_index
        SeatsAnswer.model_validate(by_index, strict=True)
        assert [coach["coach"] for coach in by_index["coaches"]] == ["S1", "S2", "F"]
        states = {unit["unit"]: unit["state"] for coach in by_index["coaches"] for unit in coach["units"]}
        assert len(states) == 60
        assert [unit for unit, state in states.items() if state != "free"] == ["S1-5"]
        assert by_index["cabins"][0] == {
            "cabin": "second", "name": "Second", "numbered": True, "free": 39, "total": 40,
        }  # fmt: skip
        before = (await client.get(path, params={"from": 0, "to": 2})).json()
        assert {unit["state"] for coach in before["coaches"] for unit in coach["units"]} == {"free"}
        whole = (await client.get(path)).json()
        assert (whole["from_call"], whole["to_call"], whole["cabins"][0]["free"]) == (0, 8, 39)

    async def test_a_cabin_without_numbers_has_no_seats_to_choose(self, client: httpx2.AsyncClient) -> None:
        answer = (await client.get(f"/v1/departures/{format_departure(departure(COACH))}/seats")).json()
        assert {unit["state"] for coach in answer["coaches"] for unit in coach["units"]} == {"unavailable"}
        assert answer["cabins"][0]["free"] == 12

    @pytest.mark.parametrize(
        ("departure_id", "query", "code"),
        [
            ("nope", {}, "not_found"),
            ("20261122-1", {}, "not_found"),
            (DEPARTURE, {"from": 3, "to": 3}, "validation_failed"),
            (DEPARTURE, {"from": 0, "to": 99}, "validation_failed"),
            (DEPARTURE, {"from": "demo:4", "to": "demo:2"}, "validation_failed"),
            (DEPARTURE, {"from": "elsewhere"}, "validation_failed"),
        ],
    )
    async def test_refuses(
        self, client: httpx2.AsyncClient, departure_id: str, query: dict[str, str], code: str
    ) -> None:
        answer = await client.get(f"/v1/departures/{departure_id}/seats", params=query)
        assert answer.json()["code"] == code


class TestSchema:
    async def test_is_published(self, client: httpx2.AsyncClient) -> None:
        schema = (await client.get("/openapi.json")).json()
        post = schema["paths"]["/v1/holds"]["post"]
        assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/HoldBody")
        assert set(post["responses"]) >= {"201"}
        assert post["parameters"][0]["name"] == "Idempotency-Key"
