"""The same request sent twenty times at once to two worker processes: one booking, one charge, one answer."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest

from system.gateway_sim import GatewaySim
from system.harness import DemoCopies, Server, run_wayfare
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable

TIMES = 20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewaySim]:
    with GatewaySim(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture(scope="module")
def paid_over_http(gateway: GatewaySim, demo: DemoCopies) -> Iterator[Server]:
    """Two workers on data of their own, whose payments go through the gateway's socket."""
    settings = {"payment_gateway": "simulated_http", "payment_simulated_url": gateway.url}
    with demo.copy() as data_dir, Server(data_dir, **settings) as running:
        yield running
        checked = run_wayfare("doctor", data_dir=running.data_dir)
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(params=["simulated", "simulated_http"])
def shop(request: pytest.FixtureRequest) -> Server:
    running: Server = request.getfixturevalue("server" if request.param == "simulated" else "paid_over_http")
    return running


@asynccontextmanager
async def connections(shop: Server) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Twenty clients of one open connection each, some of them on each of the two workers.

    The kernel gives a new connection to whichever worker is quicker, so more are opened until both have some.
    """
    async with AsyncExitStack() as stack:
        of_worker: dict[str, list[httpx2.AsyncClient]] = defaultdict(list)
        for _ in range(20):
            fresh = [
                await stack.enter_async_context(httpx2.AsyncClient(base_url=shop.url, timeout=60)) for _ in range(TIMES)
            ]
            answers = await asyncio.gather(*(client.get("/v1/places", params={"q": "Berlin"}) for client in fresh))
            for client, answer in zip(fresh, answers, strict=True):
                of_worker[answer.headers["x-worker"]].append(client)
            if len(of_worker) == 2 and all(len(clients) >= 3 for clients in of_worker.values()):
                break
        fewer, more = sorted(of_worker.values(), key=len)
        fewer = fewer[: TIMES // 2]
        yield [*fewer, *more[: TIMES - len(fewer)]]


async def send_at_once(shop: Server, token: str) -> list[httpx2.Response]:
    """The answers of twenty equal requests, each on a connection of its own."""
    async with connections(shop) as clients:
        passenger = Passenger(clients[0])
        offer = sellable(direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(33))))[-1]
        hold_id = (await passenger.hold(offer["offer_id"])).json()["hold_id"]
        payment = {"method": "card", "token": token}
        body = {"hold_id": hold_id, "passengers": [PASSENGER], "contact": CONTACT, "payment": payment}
        headers = {"idempotency-key": uuid.uuid4().hex}
        return await asyncio.gather(*(client.post("/v1/bookings", json=body, headers=headers) for client in clients))


async def check_twenty(shop: Server, gateway: GatewaySim, token: str, status: int, charged: str) -> httpx2.Response:
    """Both workers were asked; there is one answer and one charge."""
    before = len(gateway.charges())
    answers = await send_at_once(shop, token)
    assert [answer.status_code for answer in answers] == [status] * TIMES, answers[0].text
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["x-worker"] for answer in answers}) == 2
    behind_socket = [charge["state"] for charge in gateway.charges()[before:]]
    assert behind_socket == ([charged] if "payment_gateway" in shop.settings else [])
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
