"""Document captures and refunds: invoices, credit notes, and who issues them."""

from __future__ import annotations

import structlog

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.invoices import (
    FindInvoices,
    Invoices,
    Issued,
    IssueInvoices,
    SellersSet,
    SetSellers,
)
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.payments.application.ports import InvoiceStore
from wayfare.services.payments.domain.seller_files import check_seller

log = structlog.get_logger()


class KeepInvoices:
    """Never on the hot path: asked by whoever listens to payments' events, as often as it likes."""

    def __init__(self, store: InvoiceStore) -> None:
        self._store = store

    async def issue(self, message: IssueInvoices) -> Issued:
        """Idempotent. Raises ValidationFailed, Unavailable; then nothing was issued and no number is gone."""
        numbers = await self._store.issue({payment.payment_id: payment.booking for payment in message.payments})
        if numbers:
            log.info("invoices.issued", count=len(numbers), last=numbers[-1])
        return Issued(numbers)

    async def list(self, message: FindInvoices) -> Invoices:
        return Invoices(await self._store.list_invoices(message.booking_id))

    async def set_sellers(self, message: SetSellers) -> SellersSet:
        """Raises ValidationFailed."""
        for seller in message.sellers:
            for trouble in check_seller(seller):
                raise ValidationFailed(f"seller {seller.operator}: {trouble}")
        await self._store.set_sellers(message.sellers)
        return SellersSet(len(message.sellers))

    async def check(self) -> Findings:
        return await self._store.check()
