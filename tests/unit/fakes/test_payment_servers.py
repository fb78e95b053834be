"""The fakes of Stripe and PayPal keep the promises that the adapters lean on."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx2
import pytest
import stripe

from fakes.paypal_server import FakePayPal
from fakes.stripe_server import FakeStripe

INTENT = {
    "amount": "100",
    "currency": "eur",
    "payment_method": "pm_card_visa",
    "capture_method": "manual",
    "confirm": "true",
    "metadata[wayfare_payment]": "p1",
}
ORDER: dict[str, Any] = {
    "intent": "AUTHORIZE",
    "purchase_units": [{"custom_id": "p1", "amount": {"currency_code": "EUR", "value": "1.00"}}],
    "payment_source": {"card": {"vault_id": "vault_good"}},
}


def client(app: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://fake")


class TestStripe:
    async def ask(self, fake: FakeStripe, key: str, **changes: str) -> httpx2.Response:
        headers = {"authorization": f"Bearer {fake.api_key}", "idempotency-key": key}
        async with client(fake.app) as http:
            return await http.post("/v1/payment_intents", data=INTENT | changes, headers=headers)

    async def test_a_key_is_answered_once_and_for_one_request(self) -> None:
        fake = FakeStripe()
        first, again = await self.ask(fake, "k1"), await self.ask(fake, "k1")
        assert first.json() == again.json()
        other = await self.ask(fake, "k1", amount="200")
        assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
        assert len(fake.intents) == 1

    async def test_a_declined_card_is_402(self) -> None:
        response = await self.ask(FakeStripe(), "k1", payment_method="pm_card_visa_chargeDeclinedInsufficientFunds")
        assert (response.status_code, response.json()["error"]["decline_code"]) == (402, "insufficient_funds")

    async def test_it_signs_like_stripe(self) -> None:
        fake = FakeStripe()
        intent_id = (await self.ask(fake, "k1")).json()["id"]
        headers, body = fake.webhook(intent_id, "payment_intent.succeeded")
        signature = headers["stripe-signature"]
        assert stripe.WebhookSignature.verify_header(body.decode(), signature, fake.webhook_secret, 300)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body.decode(), signature, "whsec_other", 300)

    async def test_without_its_key_nothing(self) -> None:
        async with client(FakeStripe().app) as http:
            assert (await http.get("/v1/payment_intents/pi_1")).status_code == 401


class TestPayPal:
    async def token(self, http: httpx2.AsyncClient, credentials: str) -> httpx2.Response:
        headers = {"authorization": f"Basic {b64encode(credentials.encode()).decode()}"}
        return await http.post("/v1/oauth2/token", data={"grant_type": "client_credentials"}, headers=headers)

    async def test_orders_need_a_token_and_are_made_once(self) -> None:
        fake = FakePayPal()
        async with client(fake.app) as http:
            assert (await self.token(http, "client:wrong")).status_code == 401
            assert (await http.post("/v2/checkout/orders", json=ORDER)).status_code == 401
            token = (await self.token(http, fake.credentials)).json()["access_token"]
            headers = {"authorization": f"Bearer {token}", "paypal-request-id": "k1"}
            answers = [(await http.post("/v2/checkout/orders", json=ORDER, headers=headers)).json() for _ in range(2)]
            assert answers[0] == answers[1]
            assert len(fake.orders) == 1
            fake.revoke_token()
            assert (await http.get("/v2/checkout/orders/ORDER1", headers=headers)).status_code == 401
