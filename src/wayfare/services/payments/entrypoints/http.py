"""The public routes of payments: how one can pay, and where gateways tell what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from wayfare.infrastructure.access import anyone, signed
from wayfare.infrastructure.http import PUBLIC, Answer, encoded
from wayfare.services.payments.application.receive_notice import ReceiveNotice
from wayfare.services.payments.domain.methods import OfferedMethod


class SimulatedCardAnswer(Answer):
    token: str
    outcome: Literal["authorised", "declined", "pending"] = Field(description="What the gateway answers at first")
    about: str


class PaymentMethodAnswer(Answer):
    method: Literal["card", "paypal"]
    gateway: str
    redirects: bool = Field(
        description="Whether the url of a `next_action` is a page to go to; else the booking is asked about until it "
        "is paid or not"
    )
    token: str | None = Field(description="What to send as the payment's token where no form makes one")
    publishable_key: str | None = Field(description="For Stripe's form in the browser, which makes tokens of cards")
    test_cards: list[SimulatedCardAnswer] = Field(description="Of the simulated gateway: no money moves")


class PaymentMethodsAnswer(Answer):
    methods: list[PaymentMethodAnswer]


def method_routes(methods: Sequence[OfferedMethod]) -> APIRouter:
    router = APIRouter(tags=["bookings"])

    @router.get("/v1/payment-methods", response_model=None, responses={200: {"model": PaymentMethodsAnswer}})
    @anyone
    async def list_payment_methods() -> Response:
        """How one can pay: what a checkout has to know beforehand."""
        return encoded({"methods": methods}, headers=PUBLIC)

    return router


def webhook_routes(receive: ReceiveNotice) -> APIRouter:
    router = APIRouter(tags=["webhooks"])

    @router.post("/v1/webhooks/payments/{gateway}", status_code=204, response_class=Response)
    @signed
    async def receive_payment_webhook(request: Request, gateway: str) -> Response:
        """For payment gateways: a signed notice that something happened to a payment."""
        # Names of headers are in lower case already.
        await receive(gateway, dict(request.headers), await request.body())
        return Response(status_code=204)

    return router
