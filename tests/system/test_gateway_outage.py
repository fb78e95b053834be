"""The payment gateway is down, hangs, and comes back: what customers are told, over HTTP and real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from system.gateway_sim import GatewaySim
from system.harness import DemoCopies, Server, run_wayfare
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable

FAILURES_MAX, OPEN_S, TIMEOUT_S = 3, 2.0, 1.0
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewaySim]:
    with GatewaySim(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture(scope="module")
def shop(gateway: GatewaySim, demo: DemoCopies) -> Iterator[Server]:
    """One worker, so that one circuit is all there is. Cards have one gateway, paypal a second one by rule."""
    settings = {
        "payment_gateway": "simulated_http",
        "payment_routes": "paypal=simulated_http,simulated",
        "payment_simulated_url": gateway.url,
        "payment_timeout_s": str(TIMEOUT_S),
        "payment_attempts": "1",
        "payment_failures_max": str(FAILURES_MAX),
        "payment_circuit_open_s": str(OPEN_S),
    }
    with demo.copy() as data_dir, Server(data_dir, workers=1, **settings) as running:
        yield running
        gateway.behave("ok")
        asyncio.run(all_settled(running))
        checked = run_wayfare("doctor", data_dir=running.data_dir)
        assert checked.returncode == 0, checked.stdout + checked.stderr


async def all_settled(shop: Server) -> None:
    """Give what was left pending the time of a few rounds."""
    await asyncio.sleep(4 * OPEN_S)
    assert shop.get("/readyz").status_code == 200


@pytest.fixture
async def client(shop: Server, gateway: GatewaySim) -> AsyncIterator[httpx2.AsyncClient]:
    """With a gateway that is well and a closed circuit."""
    gateway.behave("ok")
    async with httpx2.AsyncClient(base_url=shop.url, timeout=30) as opened:
        deadline = time.monotonic() + 20
        while (await buy(opened)).status_code != 201:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)
        yield opened


async def buy(client: httpx2.AsyncClient, method: str = "card") -> httpx2.Response:
    passenger = Passenger(client)
    offer = sellable(direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(40))))[-1]
    hold_id = (await passenger.hold(offer["offer_id"])).json()["hold_id"]
    payment = {"method": method, "token": "tok_approved"}
    body = {"hold_id": hold_id, "passengers": [PASSENGER], "contact": CONTACT, "payment": payment}
    return await client.post("/v1/bookings", json=body)


async def open_circuit(client: httpx2.AsyncClient) -> list[httpx2.Response]:
    """Buy until the circuit opens; the answers before that."""
    answers = []
    while (answer := await buy(client)).status_code != 503:
        answers.append(answer)
        assert len(answers) <= FAILURES_MAX + 1
    check_refused(answer)
    return answers


def check_refused(answer: httpx2.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert 1 <= int(answer.headers["retry-after"]) <= OPEN_S + 1


async def until_confirmed(client: httpx2.AsyncClient, pending: Any) -> None:
    deadline = time.monotonic() + 30
    headers = bearer(pending["access_token"])
    while (await client.get(f"/v1/bookings/{pending['locator']}", headers=headers)).json()["status"] != "confirmed":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("mode", ["down", "hang"])
class TestCircuit:
    async def test_fails_fast_then_one_probe_then_as_before(
        self, client: httpx2.AsyncClient, gateway: GatewaySim, mode: str
    ) -> None:
        gateway.behave(mode)
        pending = await open_circuit(client)
        assert {answer.status_code for answer in pending} == {202}
        for _ in range(5):
            check_refused(refused := await buy(client))
            assert refused.elapsed.total_seconds() < TIMEOUT_S / 2
        await asyncio.sleep(OPEN_S + 0.1)
        answers = await asyncio.gather(*(buy(client) for _ in range(8)))
        begun = sum(answer.status_code == 202 for answer in answers)
        assert begun <= 1, "one is let through as the probe, unless a look-up of recovery was it"
        for answer in answers:
            if answer.status_code != 202:
                check_refused(answer)
        gateway.behave("ok")
        deadline = time.monotonic() + 15
        while (answer := await buy(client)).status_code != 201:
            assert time.monotonic() < deadline, answer.text
            await asyncio.sleep(0.1)
        for answer in pending:
            await until_confirmed(client, answer.json())


class TestFallback:
    async def test_the_second_gateway_by_rule_takes_new_payments(
        self, client: httpx2.AsyncClient, gateway: GatewaySim
    ) -> None:
        before = len(gateway.charges())
        assert (await buy(client, "paypal")).status_code == 201
        assert len(gateway.charges()) == before + 1
        gateway.behave("down")
        await open_circuit(client)
        answer = await buy(client, "paypal")
        assert answer.status_code == 201, answer.text
        booked = answer.json()
        cancelled = await Passenger(client).cancel(booked["locator"], booked["access_token"])
        assert cancelled.json()["status"] == "cancelled", "its own gateway gives the money back"
        gateway.behave("ok")
        assert len([one for one in gateway.charges() if one["state"] == "captured"]) >= before


class TestBulkhead:
    async def test_searches_and_holds_go_on_while_payments_hang(
        self, client: httpx2.AsyncClient, gateway: GatewaySim
    ) -> None:
        gateway.behave("hang")
        waiting = [asyncio.create_task(buy(client)) for _ in range(24)]
        await asyncio.sleep(0.3)
        passenger = Passenger(client)
        trip = direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(41)))
        held = await passenger.hold(sellable(trip)[-1]["offer_id"])
        assert held.status_code == 201
        gateway.behave("ok")
        answers = await asyncio.gather(*waiting)
        assert {answer.status_code for answer in answers} <= {201, 202, 503}
