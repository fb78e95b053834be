"""Read payments, and check them against their refunds."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import CheckPayments, ListPayments, Payment, PaymentRef, PaymentsPage
from wayfare.services.payments.application.ports import PaymentStore

PAGE_MAX = 10_000


class ReadPayments:
    def __init__(self, store: PaymentStore) -> None:
        self._store = store

    async def get_payment(self, message: PaymentRef) -> Payment:
        """Raises NotFound."""
        return (await self._store.get_payment(message.payment_id)).public()

    async def list_payments(self, message: ListPayments) -> PaymentsPage:
        limit = max(1, min(message.limit, PAGE_MAX))
        return PaymentsPage(await self._store.list_payments(message.after, limit))

    async def check(self, message: CheckPayments) -> Findings:  # noqa: ARG002  the message asks for everything
        return await self._store.check()
