"""The barcode of a ticket as a picture of its own, to show on a screen."""

from __future__ import annotations

from wayfare.services.documents.adapters.barcode import aztec_svg
from wayfare.services.documents.application.ports import SealedTicket


def code_alone(sealed: SealedTicket) -> bytes:
    """SVG, the same code as on paper, without quiet zone."""
    return aztec_svg(sealed.payload).encode()
