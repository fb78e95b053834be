"""Undo a payment: let the reservation go, or give back in full what was captured."""

from __future__ import annotations

import asyncio

from wayfare.contracts.payments.api import Payment, PaymentRef, RefundPayment
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.application.ports import Charge, PaymentGateway, PaymentStore
from wayfare.services.payments.application.refund_payment import RefundUseCase
from wayfare.services.payments.domain.payment import VOIDABLE_STATES, PaymentRecord, full_refund_id


class VoidPayment:
    def __init__(self, store: PaymentStore, gateway: PaymentGateway, refund: RefundUseCase, timeout_s: float) -> None:
        self._store, self._gateway, self._refund, self._timeout_s = store, gateway, refund, timeout_s

    async def __call__(self, message: PaymentRef) -> Payment:
        """Idempotent. Raises NotFound, Unavailable."""
        record = await self._store.get_payment(message.payment_id)
        if record.state in VOIDABLE_STATES:
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self._let_go(record)
            except TimeoutError:
                raise Unavailable("the payment gateway did not answer in time") from None
            record = await self._store.void_payment(record.payment_id)
        if record.state == "captured":
            record = await self._refund_rest(record)
        return record.public()

    async def _let_go(self, record: PaymentRecord) -> None:
        key, ref = str(record.payment_id), record.gateway_ref
        if not ref and not self._gateway.voids_by_key:
            charge = Charge(key, record.amount, record.method, record.token)
            answer = await self._gateway.look_up(charge)
            if answer.outcome in ("unknown", "declined"):
                return
            ref = answer.ref
        await self._gateway.void(key, ref, record.amount)

    async def _refund_rest(self, record: PaymentRecord) -> PaymentRecord:
        rest = Money(record.amount.minor - record.refunded, record.amount.currency)
        if rest.minor > 0:
            await self._refund(RefundPayment(full_refund_id(record.payment_id), record.payment_id, rest))
            record = await self._store.get_payment(record.payment_id)
        return record
