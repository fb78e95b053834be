"""Read payments, and check them against their refunds."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import (
    CheckPayments,
    FindReadiness,
    ListPayments,
    ListRefunds,
    ListSettled,
    Payment,
    PaymentRef,
    PaymentsPage,
    PaymentTraces,
    Readiness,
    Refunds,
    SettledBookings,
    TracePayments,
)
from wayfare.services.payments.application.ports import PaymentGateway, PaymentStore

PAGE_MAX = 10_000


class ReadPayments:
    def __init__(self, store: PaymentStore, gateway: PaymentGateway) -> None:
        self._store, self._gateway = store, gateway

    async def get_payment(self, message: PaymentRef) -> Payment:
        """Raises NotFound."""
        return (await self._store.get_payment(message.payment_id)).public()

    async def list_refunds(self, message: ListRefunds) -> Refunds:
        return Refunds(await self._store.list_refunds(message.payment_ids))

    async def list_payments(self, message: ListPayments) -> PaymentsPage:
        limit = max(1, min(message.limit, PAGE_MAX))
        return PaymentsPage(await self._store.list_payments(message.after, limit))

    async def trace_payments(self, message: TracePayments) -> PaymentTraces:
        return PaymentTraces(await self._store.trace_payments(message.booking_id))

    async def check(self, message: CheckPayments) -> Findings:  # noqa: ARG002  the message asks for everything
        return await self._store.check()

    async def list_settled(self, message: ListSettled) -> SettledBookings:
        return SettledBookings(await self._store.list_settled(message.within_s))

    def find_readiness(self, message: FindReadiness) -> Readiness:
        return Readiness(self._gateway.retry_after_s(message.method))
