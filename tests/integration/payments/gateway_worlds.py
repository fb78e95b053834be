"""Each gateway's adapter with a server on a real socket behind it, and the customer and webhooks of that server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import Any, ClassVar, Protocol

import httpx2
import msgspec

from fakes.paypal_server import FakePayPal
from fakes.sockets import served
from fakes.stripe_server import FakeStripe
from wayfare.services.payments.adapters.gateway_sim.app import create_app
from wayfare.services.payments.adapters.gateway_sim.ledger import SimLedger
from wayfare.services.payments.adapters.gateway_sim.signing import signed_headers
from wayfare.services.payments.adapters.paypal_client import PayPalClient
from wayfare.services.payments.adapters.paypal_gateway import PayPalGateway
from wayfare.services.payments.adapters.simulated_gateway import SimulatedGateway
from wayfare.services.payments.adapters.simulated_http_gateway import SimulatedHttpGateway
from wayfare.services.payments.adapters.stripe_gateway import StripeGateway
from wayfare.services.payments.application.ports import PaymentGateway

RETURN_URL = "https://wayfare.test/back"


class GatewayWorld(Protocol):
    """`tokens`: what to send to get approved, declined, challenged, silent, failing, down.
    `lists`: it can be asked for its charges; `tells_fees`: 1.4 % of a capture."""

    gateway: PaymentGateway
    tokens: dict[str, str]
    remembers: bool
    lists: bool
    tells_fees: bool

    async def finish_challenge(self, ref: str, *, agreed: bool) -> None: ...

    def webhook(self, ref: str, *, genuine: bool = True) -> tuple[dict[str, str], bytes]: ...

    def dispute(self, ref: str, amount: int) -> tuple[dict[str, str], bytes]: ...

    def charges(self) -> int: ...

    def captured(self) -> list[int]: ...

    def refunded(self) -> list[int]: ...


class InProcess:
    """The simulated gateway of `wayfare serve`: no server, no memory, a customer who acts by himself."""

    remembers = False
    lists = tells_fees = False
    tokens: ClassVar = {
        "approved": "tok_approved",
        "declined": "tok_declined",
        "challenged": "tok_3ds",
        "silent": "tok_timeout",
        "failing": "tok_error_after",
        "down": "tok_outage",
    }

    def __init__(self) -> None:
        self.simulated = SimulatedGateway(b"secret", customer_s=1e9)
        self.gateway: PaymentGateway = self.simulated

    async def finish_challenge(self, ref: str, *, agreed: bool) -> None:
        self.simulated._customer_s = -1e9

    def webhook(self, ref: str, *, genuine: bool = True) -> tuple[dict[str, str], bytes]:
        raise NotImplementedError

    dispute = charges = captured = refunded = webhook  # type: ignore[assignment]


class OverHttp:
    remembers = True
    lists = tells_fees = True
    tokens = InProcess.tokens

    def __init__(self, url: str, ledger: SimLedger) -> None:
        self.ledger, self.url = ledger, url
        self.gateway: PaymentGateway = SimulatedHttpGateway(url, "sim_key", "hook_secret")

    async def finish_challenge(self, ref: str, *, agreed: bool) -> None:
        async with httpx2.AsyncClient() as http:
            form = {"result": "approved" if agreed else "declined"}
            assert (await http.post(f"{self.url}/challenges/{ref}", data=form)).is_success

    def webhook(self, ref: str, *, genuine: bool = True) -> tuple[dict[str, str], bytes]:
        key = self.ledger.get(ref).key
        body = b'{"id":"evt_1","type":"charge.authorised","data":{"key":"%b"}}' % key.encode()
        return signed_headers("hook_secret" if genuine else "other", "evt_1", body), body

    def dispute(self, ref: str, amount: int) -> tuple[dict[str, str], bytes]:
        told = msgspec.to_builtins(self.ledger.dispute(ref, amount, "fraudulent"))
        content = {
            "id": "evt_2",
            "type": "charge.dispute.created",
            "data": {"key": self.ledger.get(ref).key, "dispute": told},
        }
        body = msgspec.json.encode(content)
        return signed_headers("hook_secret", "evt_2", body), body

    def charges(self) -> int:
        return len(self.ledger.list_charges("", 1000))

    def captured(self) -> list[int]:
        return [charge.captured for charge in self.ledger.list_charges("", 1000) if charge.captured]

    def refunded(self) -> list[int]:
        return [charge.refunded for charge in self.ledger.list_charges("", 1000) if charge.refunded]


class AtStripe:
    remembers = True
    lists = tells_fees = True
    tokens: ClassVar = {
        "approved": "pm_card_visa",
        "declined": "pm_card_visa_chargeDeclined",
        "challenged": "pm_card_authenticationRequired",
        "silent": "pm_fake_silent",
        "failing": "pm_fake_error",
        "down": "pm_fake_down",
    }

    def __init__(self, url: str, fake: FakeStripe) -> None:
        self.fake = fake
        self.gateway: PaymentGateway = StripeGateway(fake.api_key, fake.webhook_secret, RETURN_URL, url)

    async def finish_challenge(self, ref: str, *, agreed: bool) -> None:
        self.fake.finish_challenge(ref, agreed=agreed)

    def webhook(self, ref: str, *, genuine: bool = True) -> tuple[dict[str, str], bytes]:
        kind = "payment_intent.amount_capturable_updated"
        return self.fake.webhook(ref, kind, None if genuine else "whsec_other")

    def dispute(self, ref: str, amount: int) -> tuple[dict[str, str], bytes]:
        return self.fake.dispute(ref, amount)

    def charges(self) -> int:
        return len(self.fake.intents)

    def captured(self) -> list[int]:
        return [one["amount_received"] for one in self.fake.intents.values() if one["amount_received"]]

    def refunded(self) -> list[int]:
        return [sum(one["amount"] for one in self.fake.refunds)]


class AtPayPal:
    remembers = True
    lists = tells_fees = False
    tokens: ClassVar = {
        "approved": "vault_good",
        "declined": "vault_declined",
        "challenged": "approval",
        "silent": "vault_silent",
        "failing": "vault_error",
        "down": "vault_down",
    }

    def __init__(self, url: str, fake: FakePayPal) -> None:
        self.fake = fake
        client_id, secret = fake.credentials.split(":")
        client = PayPalClient(client_id, secret, url)
        self.gateway: PaymentGateway = PayPalGateway(client, fake.webhook_id, RETURN_URL)

    async def finish_challenge(self, ref: str, *, agreed: bool) -> None:
        self.fake.finish_approval(ref, agreed=agreed)

    def webhook(self, ref: str, *, genuine: bool = True) -> tuple[dict[str, str], bytes]:
        return self.fake.webhook(ref, "CHECKOUT.ORDER.APPROVED", "paypal" if genuine else "other")

    def dispute(self, ref: str, amount: int) -> tuple[dict[str, str], bytes]:
        return self.fake.dispute(ref, f"{amount / 100:.2f}")

    def charges(self) -> int:
        return len(self.fake.orders)

    def captured(self) -> list[int]:
        units = [order["purchase_units"][0].get("payments", {}) for order in self.fake.orders.values()]
        return [_minor(capture) for found in units for capture in found.get("captures", ())]

    def refunded(self) -> list[int]:
        return [sum(_minor(refund) for refund in self.fake.refunds)]


def _minor(paid: dict[str, Any]) -> int:
    return int(paid["amount"]["value"].replace(".", ""))


@asynccontextmanager
async def in_process() -> AsyncIterator[GatewayWorld]:
    yield InProcess()


@asynccontextmanager
async def over_http() -> AsyncIterator[GatewayWorld]:
    ledger = SimLedger(fee_share=Decimal("0.014"))
    async with served(create_app(ledger, api_key="sim_key", slow_s=0.05)) as url:
        yield OverHttp(url, ledger)
    ledger.close()


@asynccontextmanager
async def at_stripe() -> AsyncIterator[GatewayWorld]:
    fake = FakeStripe()
    fake.fee_permille = 14
    async with served(fake.app) as url:
        yield AtStripe(url, fake)


@asynccontextmanager
async def at_paypal() -> AsyncIterator[GatewayWorld]:
    fake = FakePayPal()
    async with served(fake.app) as url:
        yield AtPayPal(url, fake)


WORLDS: dict[str, Any] = {
    "simulated": in_process,
    "simulated_http": over_http,
    "stripe": at_stripe,
    "paypal": at_paypal,
}
World = AbstractAsyncContextManager[GatewayWorld]
