"""Tickets to test with, and what can be read back from their pages."""

from __future__ import annotations

from typing import Any

import msgspec
import pypdfium2
from PIL import Image

from wayfare.contracts.documents.api import TicketCall, TicketRequest
from wayfare.kernel.money import Money

ISSUED_AT = 1_795_000_000  # 2026-11-18T11:06:40Z
BERLIN = TicketCall("8011160", "Berlin Hauptbahnhof", "BLS", "2026-11-21T22:31:00+01:00", "Europe/Berlin", "7")
DELHI = TicketCall("ndls", "New Delhi", "NDLS", "2026-11-22T06:15:00+05:30", "Asia/Kolkata", None)


def a_ticket(**changes: Any) -> TicketRequest:
    """A ticket on a night train, with `changes`."""
    ticket = TicketRequest(
        ticket_no="K7M2QX-1-1",
        locator="K7M2QX",
        booking_id="019365c0-0000-7000-8000-000000000000",
        operator_name="Nordlicht Rail",
        line_name="Berlin – Delhi",
        service_number="NL 451",
        mode="rail",
        passenger_name="Anna Schmidt",
        passenger_category="adult",
        departure_id="20261121-4711",
        origin=BERLIN,
        destination=DELHI,
        cabin="second",
        fare_family="saver",
        coach="7",
        unit_label="7-42",
        price=Money(5990, "EUR"),
        conditions=("Valid only on the train shown.", "No refund after departure."),
        issued_at=ISSUED_AT,
    )
    return msgspec.structs.replace(ticket, **changes)


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, blanks collapsed."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def page_pictures(pdf: bytes, *, dpi: int) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()
