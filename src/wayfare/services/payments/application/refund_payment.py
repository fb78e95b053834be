"""Give captured money back."""

from __future__ import annotations

import asyncio

import structlog

from wayfare.contracts.payments.api import Refund, RefundPayment
from wayfare.kernel.errors import Unavailable
from wayfare.services.payments.application.ports import PaymentGateway, PaymentStore
from wayfare.services.payments.domain.payment import RefundRecord

log = structlog.get_logger()


class RefundUseCase:
    """Pending in the database first, then the gateway, then refunded: a crash leaves it to the retrying job."""

    def __init__(self, store: PaymentStore, gateway: PaymentGateway, timeout_s: float) -> None:
        self._store, self._gateway, self._timeout_s = store, gateway, timeout_s

    async def __call__(self, message: RefundPayment) -> Refund:
        """Idempotent by refund id. Raises NotFound, ValidationFailed, Unavailable."""
        refund = await self._store.open_refund(message.refund_id, message.payment_id, message.amount)
        if refund.state == "pending":
            refund = await self.settle(refund)
        return refund.public()

    async def settle(self, refund: RefundRecord) -> RefundRecord:
        """Ask the gateway and write its answer; still pending when it gave none."""
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._gateway.refund(str(refund.refund_id), refund.gateway_ref, refund.amount)
        except (TimeoutError, Unavailable):
            log.warning("refund.postponed", refund_id=str(refund.refund_id))
            return refund
        refunded = answer.outcome == "refunded"
        if not refunded:
            log.error("refund.declined", refund_id=str(refund.refund_id), reason=answer.reason)
        return await self._store.close_refund(refund, refunded=refunded, reason=answer.reason)


class RetryRefunds:
    """The job that finishes refunds whose gateway did not answer."""

    def __init__(self, store: PaymentStore, refund: RefundUseCase, batch: int = 50) -> None:
        self._store, self._refund, self._batch = store, refund, batch

    async def __call__(self) -> None:
        due = await self._store.take_due_refunds(self._batch)
        await asyncio.gather(*(self._refund.settle(refund) for refund in due))
