"""A rush on a running server of two workers: everybody waits for his turn, and nothing is sold twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from benchmarks.visitors import BOOKED, SOLD_OUT, Sale, judge

from system.harness import Server, run_wayfare
from system.world import Passenger, in_days, sellable

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]

VISITORS, WITHIN_S, RATE = 300, 2.0, 60.0


def wayfare(server: Server, *arguments: str) -> str:
    done = run_wayfare("waiting-room", *arguments, data_dir=server.data_dir)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def rooms(server: Server) -> Iterator[Any]:
    """Opens rooms; closes them afterwards, so that other tests need not wait."""
    opened: list[str] = []

    def open_room(room: str, rate: float) -> str:
        said = wayfare(server, "open", room, "--rate", str(rate))
        opened.append(room)
        return said

    yield open_room
    for room in opened:
        run_wayfare("waiting-room", "close", room, data_dir=server.data_dir)


async def small_trip(passenger: Passenger, days: int) -> tuple[str, str, int]:
    """A departure nobody has booked: its id, an offer in its smallest cabin and how many seats that has."""
    found = await passenger.search("Berlin Hbf", "München Hbf", in_days(days))
    trip = next(trip for trip in found["trips"] if len(trip["legs"]) == 1 and sellable(trip))
    offer = min(sellable(trip), key=lambda offer: offer["seats_left"])
    return trip["legs"][0]["departure_id"], offer["offer_id"], offer["seats_left"]


async def until_waiting(client: httpx2.AsyncClient, room: str, workers: int = 2) -> None:
    """Until every worker knows the room."""
    knowing: set[str] = set()
    async with asyncio.timeout(20):
        while len(knowing) < workers:
            answer = await client.get(f"/v1/waiting-rooms/{room}", headers={"connection": "close"})
            if answer.status_code == 200:
                knowing.add(answer.headers["x-worker"])


class TestRush:
    async def test_everybody_has_his_turn_and_a_seat_or_an_honest_no(
        self, server: Server, client: httpx2.AsyncClient, passenger: Passenger, rooms: Any
    ) -> None:
        departure, offer, seats = await small_trip(passenger, 90)
        assert 10 <= seats < VISITORS / 2
        rooms(departure, RATE)
        await until_waiting(client, departure)
        visits = await Sale(server.port, departure, offer).visit(VISITORS, WITHIN_S)
        verdict = judge(visits)
        assert verdict.outcomes == {BOOKED: seats, SOLD_OUT: VISITORS - seats}
        assert sorted(visit.number for visit in visits) == list(range(1, VISITORS + 1))
        assert verdict.sold_twice == 0
        assert verdict.went_back == 0
        # Within a second of each other on a machine that is not busy with all the other tests.
        assert verdict.arrival_order_s < 5.0
        assert f"{VISITORS} of {VISITORS} were let in" in wayfare(server, "close", departure)


class TestDoor:
    async def test_a_departure_cannot_be_had_past_its_room(
        self, server: Server, client: httpx2.AsyncClient, passenger: Passenger, rooms: Any
    ) -> None:
        departure, offer, _ = await small_trip(passenger, 91)
        held = (await passenger.hold(offer)).json()["hold_id"]
        assert "1e-05/s" in rooms(departure, 0.00001)
        await until_waiting(client, departure)
        await asyncio.sleep(1.0)
        booking = {
            "offer_id": offer,
            "passengers": [{"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}],
            "contact": {"email": "ada@example.org"},
            "payment": {"method": "card", "token": "tok_approved"},
        }
        place = (await client.post(f"/v1/waiting-rooms/{departure}/places")).json()
        for headers in ({}, {"x-device-id": place["device"], "wayfare-admission": place["place"]}):
            answers = [
                await client.post("/v1/holds", json={"offer_id": offer}, headers=headers),
                await client.post("/v1/bookings", json=booking, headers=headers),
            ]
            codes = {(answer.status_code, answer.json()["code"]) for answer in answers}
            assert codes == {(403, "admission_refused") if headers else (429, "admission_needed")}
        # Who has a hold already books it, searches go on, and everybody may buy when the room is closed.
        assert (await passenger.book(held)).status_code == 201
        await passenger.search("Berlin Hbf", "München Hbf", in_days(91))
        wayfare(server, "close", departure)
        async with asyncio.timeout(20):
            while (await passenger.hold(offer)).status_code != 201:
                await asyncio.sleep(0.05)

    async def test_the_whole_site_waits(
        self, server: Server, client: httpx2.AsyncClient, passenger: Passenger, rooms: Any
    ) -> None:
        departure, offer, _ = await small_trip(passenger, 92)
        rooms("site", 50.0)
        await until_waiting(client, "site")
        await asyncio.sleep(1.0)
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(92)}
        for refused in (
            await client.get("/v1/offers", params=query),
            await client.post("/v1/holds", json={"offer_id": offer}),
        ):
            assert refused.status_code == 429
            assert refused.json()["places"] == "/v1/waiting-rooms/site/places"
        assert f"site  50/s  0 waiting, {0} let in" in wayfare(server, "list")
        place = (await client.post("/v1/waiting-rooms/site/places")).json()
        async with client.stream(
            "GET", "/v1/waiting-rooms/site/place/events", params={"place": place["place"]}
        ) as stream:
            text = "".join([part async for part in stream.aiter_text()])
        assert '"state":"admitted"' in text
        admitted = (await client.get("/v1/waiting-rooms/site/place", params={"place": place["place"]})).json()
        headers = {"wayfare-admission": admitted["admission"]}  # the device comes as a cookie
        assert (await client.get("/v1/offers", params=query, headers=headers)).status_code == 200
        assert (await client.post("/v1/holds", json={"offer_id": offer}, headers=headers)).status_code == 201
        assert departure


class TestCommands:
    def test_say_what_is_wrong_in_one_line(self, server: Server) -> None:
        for arguments, told in (
            (("open", "20300101-1", "--rate", "0"), "rate: more than 0"),
            (("open", "nonsense", "--rate", "1"), "there is no departure 'nonsense'"),
            (("open", "site", "--rate", "1", "--starts", "soon"), "needs date, time and offset"),
            (("close", "20300101-1"), "20300101-1 has no open waiting room"),
        ):
            done = run_wayfare("waiting-room", *arguments, data_dir=server.data_dir)
            assert done.returncode == 2
            assert told in done.stderr
            assert done.stderr.count("\n") == 1
