"""Fraud rules of a running system: loaded beside it, decided on by a person, ended with the hold."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from system.harness import DemoCopies, Server, run_wayfare
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0
"""For what happens by itself within seconds."""
RULES = """
review_from = 50
refuse_from = 100
[name_mismatch]
score = 50
[[velocity]]
of = "device"
more_than = 0
within_s = 3600
score = 100
"""


@pytest.fixture
def fraud_server(demo: DemoCopies) -> Iterator[Server]:
    with demo.copy() as data_dir, Server(data_dir, workers=2) as running:
        yield running
        result = run_wayfare("doctor", data_dir=running.data_dir)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
async def customer(fraud_server: Server) -> AsyncIterator[Passenger]:
    async with httpx2.AsyncClient(base_url=fraud_server.url, timeout=60) as client:
        yield Passenger(client)


async def book(customer: Passenger, cardholder: str, device: str | None = None) -> httpx2.Response:
    trip = direct_trip(await customer.search("Berlin", "München", in_days(20)))
    hold_id = (await customer.hold(sellable(trip)[-1]["offer_id"])).json()["hold_id"]
    body = {
        "hold_id": hold_id,
        "passengers": [PASSENGER],
        "contact": CONTACT,
        "payment": {"method": "card", "token": "tok_approved", "cardholder": cardholder},
    }
    headers = {"x-device-id": device} if device is not None else {}
    return await customer.client.post("/v1/bookings", json=body, headers=headers)


async def status_when_ended(customer: Passenger, pending: Any) -> str:
    """What became of it."""
    path, headers = f"/v1/bookings/{pending['locator']}", bearer(pending["access_token"])
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        status: str = (await customer.client.get(path, headers=headers)).json()["status"]
        if status != "pending":
            return status
        await asyncio.sleep(0.2)
    raise AssertionError("it is still pending")


def wayfare(server: Server, *arguments: str) -> str:
    result = run_wayfare("fraud", *arguments, data_dir=server.data_dir)
    assert result.returncode == 0, result.stderr
    return result.stdout


async def test_fraud_rules_end_to_end(fraud_server: Server, customer: Passenger, tmp_path: Path) -> None:
    assert wayfare(fraud_server, "show") == "no fraud rules\n"
    assert (await book(customer, "C BABBAGE")).status_code == 201
    file = tmp_path / "rules.toml"
    file.write_text(RULES.replace("score = 50", "score = 0"))
    refused = run_wayfare("fraud", "load", str(file), data_dir=fraud_server.data_dir)
    assert refused.returncode == 2
    assert "rules.toml: name_mismatch.score: Expected `int` >= 1" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    file.write_text(RULES)
    assert "version 1" in wayfare(fraud_server, "load", str(file), "--by", "eve")
    assert "# version 1, loaded " in wayfare(fraud_server, "show")
    await asyncio.sleep(5)  # both workers look for new rules every three seconds

    assert (await book(customer, "A LOVELACE", "phone-1")).status_code == 201
    answer = await book(customer, "A LOVELACE", "phone-1")
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (
        402,
        "payment_declined",
        "not_accepted",
    )
    assert "device" not in answer.text
    assert (await book(customer, "A LOVELACE", "x" * 129)).status_code == 422

    suspects = [await book(customer, "C BABBAGE") for _ in range(3)]
    assert [answer.status_code for answer in suspects] == [202] * 3
    accepted, refused_, expired = (answer.json() for answer in suspects)
    listed = [json.loads(line) for line in wayfare(fraud_server, "review", "list", "--json").splitlines()]
    assert len(listed) == 3
    first, second, third = sorted(each["payment_id"] for each in listed)

    assert "accepted" in wayfare(fraud_server, "review", "accept", first, "--by", "eve")
    assert await status_when_ended(customer, accepted) == "confirmed"
    assert "refused" in wayfare(fraud_server, "review", "refuse", second, "--by", "eve")
    assert await status_when_ended(customer, refused_) == "failed"
    assert "accepted by eve" in wayfare(fraud_server, "review", "show", first)
    for table, which in (("inventory.hold", "state = 0"), ("payments.fraud_review", f"payment_id = '{third}'")):
        await fraud_server.execute(f"UPDATE {table} SET expires_at = now() WHERE {which}")
    assert await status_when_ended(customer, expired) == "failed"
    assert wayfare(fraud_server, "review", "list") == "no payment waits for a review\n"
