"""The invoices and credit notes of a booking: the list, and one as PDF."""

from __future__ import annotations

from typing import Any

from wayfare.contracts.documents.api import DocumentsApi, RenderedPdf, RenderInvoice
from wayfare.contracts.payments.api import PaymentsApi
from wayfare.contracts.payments.invoices import FindInvoices, Invoice
from wayfare.kernel.errors import NotFound
from wayfare.kernel.time import rfc3339
from wayfare.services.bookings.domain.booking import Booking


class ShowInvoices:
    def __init__(self, payments: PaymentsApi, documents: DocumentsApi) -> None:
        self._payments, self._documents = payments, documents

    async def list(self, booking: Booking) -> dict[str, Any]:
        """As the API shows them, in the order they were issued. They come within moments after the money moved."""
        return {"items": [_shown(invoice) for invoice in await self._find(booking)]}

    async def render(self, booking: Booking, number: str) -> RenderedPdf:
        """Raises NotFound for a number the booking does not have."""
        for invoice in await self._find(booking):
            if invoice.number == number:
                return await self._documents.render_invoice(RenderInvoice(invoice))
        raise NotFound("the booking has no invoice or credit note of this number")

    async def _find(self, booking: Booking) -> tuple[Invoice, ...]:
        return (await self._payments.list_invoices(FindInvoices(booking.booking_id))).invoices


def _shown(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "kind": invoice.kind,
        "corrects": invoice.corrects,
        "issued_at": rfc3339(invoice.issued_s),
        "seller": invoice.seller.name,
        "net": invoice.net.as_json(),
        "tax": invoice.tax.as_json(),
        "gross": invoice.gross.as_json(),
        "url": f"/v1/bookings/{invoice.locator}/invoices/{invoice.number}.pdf",
    }
