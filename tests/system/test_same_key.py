"""The same request sent twenty times at once to two worker processes: one booking, one charge, one answer."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from system.gateway_sim import GatewaySim
from system.harness import Server, run_wayfare
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable

TIMES = 20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewaySim]:
    with GatewaySim(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture(scope="module")
def paid_over_http(server: Server, gateway: GatewaySim, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two more workers on the same data, whose payments go through the gateway's socket."""
    settings = {"payment_gateway": "simulated_http", "payment_simulated_url": gateway.url}
    with second_server(server, tmp_path_factory.mktemp("second"), **settings) as running:
        yield running
    checked = run_wayfare("doctor", data_dir=server.data_dir)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def second_server(first: Server, folder: Path, **settings: str) -> Server:
    """Another server on the first one's database and timetable, with a data folder of its own."""
    for name in ("timetable", "secret", "data-keys.json"):
        (folder / name).symlink_to(first.data_dir / name)
    database = (first.data_dir / "run" / "postgres.url").read_text()
    return Server(folder, database_url=database, pool_size="2", **settings)


@pytest.fixture(params=["simulated", "simulated_http"])
def shop(request: pytest.FixtureRequest, server: Server, paid_over_http: Server) -> Server:
    return server if request.param == "simulated" else paid_over_http


async def send_at_once(shop: Server, token: str) -> list[httpx2.Response]:
    """The answers of twenty equal requests, each on a connection of its own."""
    limits = httpx2.Limits(max_connections=TIMES)
    async with httpx2.AsyncClient(base_url=shop.url, timeout=60, limits=limits) as client:
        passenger = Passenger(client)
        offer = sellable(direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(33))))[-1]
        hold_id = (await passenger.hold(offer["offer_id"])).json()["hold_id"]
        payment = {"method": "card", "token": token}
        body = {"hold_id": hold_id, "passengers": [PASSENGER], "contact": CONTACT, "payment": payment}
        headers = {"idempotency-key": uuid.uuid4().hex}
        requests = (client.post("/v1/bookings", json=body, headers=headers) for _ in range(TIMES))
        return await asyncio.gather(*requests)


async def check_twenty(shop: Server, gateway: GatewaySim, token: str, status: int, charged: str) -> httpx2.Response:
    """A few times, until both workers had a share if the kernel will; every time there is one answer and one charge."""
    for _ in range(4):
        before = len(gateway.charges())
        answers = await send_at_once(shop, token)
        assert [answer.status_code for answer in answers] == [status] * TIMES, answers[0].text
        assert len({answer.content for answer in answers}) == 1
        behind_socket = [charge["state"] for charge in gateway.charges()[before:]]
        assert behind_socket == ([charged] if "payment_gateway" in shop.settings else [])
        if len({answer.headers["x-worker"] for answer in answers}) == 2:
            break
    return answers[0]


class TestTwentyAtOnce:
    async def test_one_booking_one_charge_twenty_identical_answers(self, shop: Server, gateway: GatewaySim) -> None:
        answer = await check_twenty(shop, gateway, "tok_approved", 201, "captured")
        booked = answer.json()
        found = shop.get(f"/v1/bookings/{booked['locator']}", headers=bearer(booked["access_token"]))
        assert found.json()["booking_id"] == booked["booking_id"]

    async def test_a_declined_card_is_asked_once_and_told_twenty_times(self, shop: Server, gateway: GatewaySim) -> None:
        answer = await check_twenty(shop, gateway, "tok_declined", 402, "declined")
        assert answer.json()["code"] == "payment_declined"
