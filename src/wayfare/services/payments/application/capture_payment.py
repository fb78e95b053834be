"""Take the money that was reserved."""

from __future__ import annotations

import asyncio

from wayfare.contracts.payments.api import Payment, PaymentRef, PaymentState
from wayfare.kernel.errors import Unavailable
from wayfare.services.payments.application.ports import CaptureResult, PaymentGateway, PaymentStore
from wayfare.services.payments.domain.payment import PaymentRecord


class CapturePayment:
    def __init__(self, store: PaymentStore, gateway: PaymentGateway, timeout_s: float) -> None:
        self._store, self._gateway, self._timeout_s = store, gateway, timeout_s

    async def __call__(self, message: PaymentRef) -> Payment:
        """The payment as it stands: `captured`, `failed` when the gateway refused, unchanged unless authorised.

        Raises NotFound, Unavailable.
        """
        record = await self._store.get_authorised(message.payment_id)
        if record.state != "authorised":
            return record.public()
        key = str(record.payment_id)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._gateway.capture(key, record.gateway_ref, record.amount)
                if answer.outcome != "captured":
                    # What stays reserved would block the customer's card for days.
                    await self._gateway.void(key, record.gateway_ref, record.amount)
        except TimeoutError:
            raise Unavailable("the payment gateway did not answer in time") from None
        captured = answer.outcome == "captured"
        outcome: PaymentState = "captured" if captured else "failed"
        result = CaptureResult(record.payment_id, record.booking_id, record.amount, outcome, answer.reason, answer.fee)
        state = await self._store.record_capture(result)
        if captured and state == "voided":
            await self._give_back(record)
        reason = answer.reason if state == result.state else record.reason
        return Payment(record.payment_id, record.booking_id, record.amount, state, reason, record.refunded)

    async def _give_back(self, record: PaymentRecord) -> None:
        """Somebody voided the payment while the gateway took the money."""
        await self._gateway.void(str(record.payment_id), record.gateway_ref, record.amount)
