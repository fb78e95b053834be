"""Bookings at a gateway over HTTP: what waits for the customer ends by webhook, whatever order they come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from fakes.sockets import served
from integration.bookings.world import NOW, SECRET
from wayfare.contracts.payments.api import AuthorisePayment, FindReadiness, ListSettled, Payment, PaymentRef
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import NotFound, Unauthenticated
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.kernel.time import FixedClock
from wayfare.services.payments.adapters.gateway_sim.app import create_app
from wayfare.services.payments.adapters.gateway_sim.ledger import SimLedger
from wayfare.services.payments.adapters.gateway_sim.signing import signed_headers
from wayfare.services.payments.adapters.gateway_sim.webhooks import WebhookSender
from wayfare.services.payments.adapters.gateways import GatewayOptions
from wayfare.services.payments.adapters.resilience import Limits
from wayfare.services.payments.wiring import build

PRICE = Money(5990, "EUR")
HOOK_SECRET = "hook_secret"


class Shop:
    """Payments on a database, a simulated gateway on a socket, and webhooks between them."""

    def __init__(self, service: Service, ledger: SimLedger, gateway_url: str, deliveries: list[dict[str, Any]]) -> None:
        self.service, self.ledger, self.gateway_url, self.deliveries = service, ledger, gateway_url, deliveries

    async def authorise(self, token: str) -> tuple[AuthorisePayment, Payment]:
        message = AuthorisePayment(uuid7(), uuid7(), PRICE, "card", token)
        payment = await self.service.api.authorise(message)
        return message, payment

    async def confirm(self, payment: Payment, result: str = "approved") -> None:
        assert payment.next_action is not None
        async with httpx2.AsyncClient() as http:
            assert (await http.post(payment.next_action.url, data={"result": result})).is_success

    async def all_taken(self) -> None:
        """Until each event was answered 204: after a 503, for which a busy machine is reason enough, it comes again."""
        for _ in range(600):
            if {one["id"] for one in self.deliveries} == {one["id"] for one in self.deliveries if one["status"] == 204}:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"not all were taken: {self.deliveries}")

    async def becomes(self, payment: Payment, state: str) -> Payment:
        for _ in range(600):
            found: Payment = await self.service.api.get_payment(PaymentRef(payment.payment_id))
            if found.state == state:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"it is {found.state}, not {state}")


@asynccontextmanager
async def shop(database: Database, fee_share: Decimal = Decimal(0)) -> AsyncIterator[Shop]:
    from fastapi import FastAPI, Request

    from wayfare.gateway import problems

    deliveries: list[dict[str, Any]] = []
    front = FastAPI()
    problems.install(front)

    @front.middleware("http")
    async def note(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        deliveries.append({"id": request.headers.get("webhook-id"), "status": response.status_code})
        return response

    ledger = SimLedger(fee_share=fee_share)
    async with served(front) as front_url:
        sender = WebhookSender(ledger, f"{front_url}/v1/webhooks/payments/simulated_http", HOOK_SECRET)
        async with served(create_app(ledger, api_key="sim_key", sender=sender, slow_s=0.05)) as url:
            options = GatewayOptions(
                gateway="simulated_http",
                simulated_url=url,
                simulated_key="sim_key",
                simulated_webhook_secret=HOOK_SECRET,
                limits=Limits(failures_max=2, attempts=1, open_s=5.0),
            )
            service = build(database=database, gateway=options, clock=FixedClock(NOW), secret=SECRET, timeout_s=8.0)
            front.include_router(service.routers[0])
            await service.start()
            yield Shop(service, ledger, url, deliveries)
            await service.stop()
    ledger.close()


@pytest.mark.parametrize("delivery", ["", "+duplicate", "+late", "+reordered"])
async def test_a_challenge_ends_by_webhook(database: Database, delivery: str) -> None:
    async with shop(database) as opened:
        message, payment = await opened.authorise(f"tok_3ds{delivery}")
        assert payment.state == "pending"
        await opened.confirm(payment)
        done = await opened.becomes(payment, "authorised")
        assert done.next_action is None
        settled = await opened.service.api.list_settled(ListSettled(60))
        for _ in range(600):
            if settled.booking_ids:
                break
            await asyncio.sleep(0.05)
            settled = await opened.service.api.list_settled(ListSettled(60))
        assert settled.booking_ids == (message.booking_id,)
        assert (await opened.service.api.capture(PaymentRef(message.payment_id))).state == "captured"
        await opened.all_taken()
        assert {one["status"] for one in opened.deliveries} <= {204, 503}
        sent = [one["id"] for one in opened.deliveries]
        assert len(sent) > len(set(sent)) or delivery != "+duplicate"
        assert (await opened.becomes(payment, "captured")).payment_id == message.payment_id


async def test_a_refusal_ends_it_too(database: Database) -> None:
    async with shop(database) as opened:
        _, payment = await opened.authorise("tok_3ds")
        await opened.confirm(payment, "declined")
        assert (await opened.becomes(payment, "declined")).reason == "authentication_failed"


async def test_without_webhooks_a_second_look_finds_it(database: Database) -> None:
    async with shop(database) as opened:
        message, payment = await opened.authorise("tok_3ds+silent")
        again = await opened.service.api.authorise(message)
        assert again.next_action == payment.next_action or again.state == "pending"
        await opened.confirm(payment)
        await asyncio.sleep(0.6)
        assert (await opened.service.api.authorise(message)).state == "authorised"
        assert opened.deliveries == []


async def test_a_lost_answer_ends_by_webhook(database: Database) -> None:
    async with shop(database) as opened:
        _, payment = await opened.authorise("tok_timeout")
        assert payment.state == "pending"
        await opened.becomes(payment, "authorised")
        assert len(opened.ledger.list_charges("", 10)) == 1


async def test_an_old_event_changes_nothing(database: Database) -> None:
    async with shop(database) as opened:
        message, _ = await opened.authorise("tok_approved+silent")
        await opened.service.api.capture(PaymentRef(message.payment_id))
        body = b'{"id":"evt_0","type":"charge.pending","data":{"key":"%b"}}' % str(message.payment_id).encode()
        path = opened.service.routers[0].routes[0]
        assert path.path == "/v1/webhooks/payments/{gateway}"  # type: ignore[attr-defined]
        endpoint = path.endpoint  # type: ignore[attr-defined]
        for _ in range(2):
            await endpoint(_Request(signed_headers(HOOK_SECRET, "evt_0", body), body), "simulated_http")
        assert (await opened.service.api.get_payment(PaymentRef(message.payment_id))).state == "captured"
        assert await database.fetchval("SELECT count(*) FROM payments.notice") == 1
        with pytest.raises(Unauthenticated):
            await endpoint(_Request(signed_headers("other", "evt_0", body), body), "simulated_http")
        with pytest.raises(NotFound):
            await endpoint(_Request({}, body), "barter")


async def test_a_gateway_that_is_down_is_said_before_anything_begins(database: Database) -> None:
    async with shop(database) as opened:
        ready = await opened.service.api.find_readiness(FindReadiness("card"))
        assert ready.retry_after_s == 0
        for _ in range(2):
            assert (await opened.authorise("tok_outage"))[1].state == "pending"
        ready = await opened.service.api.find_readiness(FindReadiness("card"))
        assert ready.retry_after_s >= 1


class _Request:
    def __init__(self, headers: dict[str, str], body: bytes) -> None:
        self.headers, self._body = headers, body

    async def body(self) -> bytes:
        return self._body
