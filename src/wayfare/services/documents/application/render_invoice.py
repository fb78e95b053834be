"""Render an invoice or credit note."""

from __future__ import annotations

import hashlib

from wayfare.contracts.documents.api import RenderedPdf, RenderInvoice
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.documents.application.ports import Renderer

LINES_MAX = 200  # a party of nine on eleven legs is half of that


async def render_invoice(message: RenderInvoice, *, renderer: Renderer) -> RenderedPdf:
    """On as many pages as it takes. The same document gives the same bytes.

    Raises `ValidationFailed` for one without lines, with too many, or with a time that cannot be read.
    """
    if not 0 < len(message.invoice.lines) <= LINES_MAX:
        raise ValidationFailed.of("lines", f"an invoice has 1 to {LINES_MAX} lines")
    pdf = await renderer.render_invoice(message.invoice)
    return RenderedPdf(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
