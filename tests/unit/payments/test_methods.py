"""How one can pay: what a checkout is told, by how the gateways are configured."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from wayfare.services.payments.adapters.gateways import GatewayOptions, methods_of
from wayfare.services.payments.domain.methods import METHODS_OF, SIMULATED
from wayfare.services.payments.domain.simulation import judge
from wayfare.services.payments.entrypoints.http import PaymentMethodsAnswer, method_routes


async def told(**options: str) -> list[dict[str, Any]]:
    app = FastAPI()
    app.include_router(method_routes(methods_of(GatewayOptions(**options))))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        answer = await client.get("/v1/payment-methods")
    PaymentMethodsAnswer.model_validate_json(answer.content)
    assert answer.headers["cache-control"] == "public, max-age=60"
    methods: list[dict[str, Any]] = answer.json()["methods"]
    return methods


@pytest.mark.parametrize("gateway", SIMULATED)
async def test_the_simulated_gateway_has_cards_to_try(gateway: str) -> None:
    (card,) = await told(gateway=gateway, stripe_publishable_key="pk_test_1")
    assert (card["method"], card["gateway"], card["publishable_key"]) == ("card", gateway, None)
    assert card["redirects"] == (gateway == "simulated_http")  # in this process no bank has a page
    assert {each["outcome"] for each in card["test_cards"]} == {"authorised", "declined", "pending"}
    for each in card["test_cards"]:
        assert judge(each["token"]).reason != "unknown_token"
        assert judge(each["token"]).outcome == each["outcome"]


async def test_stripe_needs_its_key_in_the_browser() -> None:
    (card,) = await told(gateway="stripe", stripe_publishable_key="pk_test_1", stripe_key="sk_test_secret")
    assert card == {
        "method": "card", "gateway": "stripe", "redirects": True, "token": None, "publishable_key": "pk_test_1",
        "test_cards": [],
    }  # fmt: skip
    (card,) = await told(gateway="stripe")
    assert card["publishable_key"] is None


async def test_paypal_is_approved_on_its_own_pages() -> None:
    (paypal,) = await told(gateway="paypal")
    assert (paypal["method"], paypal["token"], paypal["redirects"]) == ("paypal", "approval", True)


async def test_routes_decide_by_method() -> None:
    methods = await told(gateway="simulated", routes="card=stripe,simulated_http; paypal=paypal")
    assert [(each["method"], each["gateway"]) for each in methods] == [("card", "stripe"), ("paypal", "paypal")]
    (card,) = await told(gateway="paypal", routes="card=simulated; paypal=stripe")
    assert (card["method"], card["gateway"]) == ("card", "simulated")


def test_every_gateway_that_can_be_configured_takes_something() -> None:
    from wayfare.bootstrap.settings import Settings

    configurable = Settings.model_fields["payment_gateway"].annotation
    assert set(configurable.__args__) == set(METHODS_OF)  # type: ignore[union-attr]
