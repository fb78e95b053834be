"""The public route of payments: where gateways tell what happened."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from wayfare.infrastructure.access import signed
from wayfare.services.payments.application.receive_notice import ReceiveNotice


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
