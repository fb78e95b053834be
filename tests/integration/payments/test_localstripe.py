"""A second opinion on the Stripe adapter: localstripe, a Stripe server nobody here wrote.

It knows payment intents with manual capture and 3-D Secure, but neither idempotency nor `return_url`, so only
the plain ways are asked.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.stripe_gateway import StripeGateway
from wayfare.services.payments.application.ports import Charge

pytestmark = pytest.mark.slow
PRICE = Money(5990, "EUR")
KEY = "sk_test_localstripe"
SERVER = Path(__file__).with_name("localstripe_endive.py")


@pytest.fixture
async def stripe_url() -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(SERVER), "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                async with httpx2.AsyncClient() as http:
                    await http.get(url)
                break
            except httpx2.HTTPError:
                await asyncio.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


async def method_of(url: str, number: str) -> str:
    """A payment method as Stripe's own page would make it: the card goes from the browser to Stripe."""
    form = {
        "type": "card",
        "card[number]": number,
        "card[exp_month]": "12",
        "card[exp_year]": "2040",
        "card[cvc]": "123",
    }
    async with httpx2.AsyncClient(auth=(KEY, "")) as http:
        response = await http.post(f"{url}/v1/payment_methods", data=form)
    assert response.is_success, response.text
    return str(response.json()["id"])


async def test_authorise_capture_refund_and_void(stripe_url: str) -> None:
    gateway = StripeGateway(KEY, "whsec", "", stripe_url)
    token = await method_of(stripe_url, "4242424242424242")
    charge = Charge(str(uuid7()), PRICE, "card", token)
    answer = await gateway.authorise(charge)
    assert answer.outcome == "authorised", answer
    found = await gateway.look_up(Charge(charge.key, PRICE, "card", token, answer.ref))
    assert found.outcome == "authorised"
    assert (await gateway.capture(charge.key, answer.ref, PRICE)).outcome == "captured"
    assert (await gateway.refund(str(uuid7()), answer.ref, Money(1000, "EUR"))).outcome == "refunded"
    other = Charge(str(uuid7()), PRICE, "card", token)
    answer = await gateway.authorise(other)
    assert (await gateway.void(other.key, answer.ref, PRICE)).outcome == "voided"
    await gateway.aclose()


async def test_a_declined_card(stripe_url: str) -> None:
    gateway = StripeGateway(KEY, "whsec", "", stripe_url)
    token = await method_of(stripe_url, "4000000000000341")
    answer = await gateway.authorise(Charge(str(uuid7()), PRICE, "card", token))
    assert answer.outcome == "declined"
    assert answer.reason in ("card_declined", "generic_decline")
    await gateway.aclose()


async def test_3d_secure(stripe_url: str) -> None:
    gateway = StripeGateway(KEY, "whsec", "", stripe_url)
    token = await method_of(stripe_url, "4000002500003155")
    charge = Charge(str(uuid7()), PRICE, "card", token)
    answer = await gateway.authorise(charge)
    assert answer.outcome == "pending"
    async with httpx2.AsyncClient(base_url=stripe_url, auth=(KEY, "")) as http:
        intent = (await http.get(f"/v1/payment_intents/{answer.ref}")).json()
        form = {"client_secret": intent["client_secret"], "success": "true"}
        assert (await http.post(f"/v1/payment_intents/{answer.ref}/_authenticate", data=form)).is_success
    found = await gateway.look_up(Charge(charge.key, PRICE, "card", token, answer.ref))
    assert found.outcome == "authorised"
    await gateway.aclose()
