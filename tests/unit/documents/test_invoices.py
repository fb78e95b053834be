"""Invoices as PDF: everything that has to stand on them, whatever the names, also over several pages."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest

from unit.documents.test_render_tickets import INJECTIONS, NAMES
from unit.documents.world import ISSUED_AT, page_texts
from wayfare.contracts.documents.api import RenderInvoice
from wayfare.contracts.offers.api import Conversion
from wayfare.contracts.payments.invoices import Invoice, InvoiceLine, Ride, Seller
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.documents.wiring import Documents, build

RIDE = Ride(
    0, 0, "Anna Schmidt", "adult", "NL 451", "Berlin Hauptbahnhof", "Köln Hbf", "2026-11-21T22:31:00+01:00",
    "Second class", "0.07",
)  # fmt: skip
INVOICE = Invoice(
    number="NL-I2026-000042",
    kind="invoice",
    corrects=None,
    booking_id=UUID(int=1),
    payment_id=UUID(int=2),
    locator="K7M2QX",
    seller=Seller("x:nl", "NL", "Nordlicht Rail AG", ("Bahnhofplatz 1", "10557 Berlin"), "DE123456789"),
    customer="Anna Schmidt",
    email="anna@example.org",
    issued_s=ISSUED_AT,
    moved_s=ISSUED_AT - 86_400,
    currency="EUR",
    conversion=None,
    lines=(InvoiceLine(RIDE, 5990, 392), InvoiceLine(msgspec.structs.replace(RIDE, passenger=1), 3000, 346, 150)),
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    documents: Documents = build(data_dir=tmp_path_factory.mktemp("data")).api
    yield documents
    documents.renderer.close()


async def texts(documents: Documents, invoice: Invoice) -> list[str]:
    return page_texts((await documents.render_invoice(RenderInvoice(invoice))).pdf)


async def test_says_everything_an_invoice_has_to(documents: Documents) -> None:
    (text,) = await texts(documents, INVOICE)
    for words in (
        "Nordlicht Rail AG", "Bahnhofplatz 1", "10557 Berlin", "Tax number DE123456789", "Invoice",
        "NL-I2026-000042", "Issued Wed 18 November 2026", "Paid Tue 17 November 2026", "Booking K7M2QX",
        "Anna Schmidt", "anna@example.org", "Berlin Hauptbahnhof – Köln Hbf", "NL 451 · Sat 21 November 2026, 22:31",
        "55.98 7 % 3.92 59.90", "26.54 7 % + charges 3.46 30.00", "7 % 82.52 5.88", "Charges 1.50", "Sum 82.52 7.38",
        "Total paid 89.90 EUR", "Charges: taxes and charges per passenger that go by no rate.",
    ):  # fmt: skip
        assert words in text, words


async def test_a_credit_note_names_its_invoice(documents: Documents) -> None:
    note = msgspec.structs.replace(INVOICE, kind="credit_note", corrects=INVOICE.number, number="NL-C2026-000007")
    (text,) = await texts(documents, note)
    for words in ("Credit note NL-C2026-000007", "For invoice NL-I2026-000042", "Refunded Tue 17", "Total refunded"):
        assert words in text, words
    assert "Paid" not in text


async def test_no_minor_units_no_rate_and_a_conversion(documents: Documents) -> None:
    line = InvoiceLine(msgspec.structs.replace(RIDE, tax_rate=""), 14_720, 0)
    conversion = Conversion("ECB", "2026-11-17", "EUR", (("JPY", "164.51"),))
    (text,) = await texts(
        documents, msgspec.structs.replace(INVOICE, currency="JPY", lines=(line,), conversion=conversion)
    )
    for words in (
        "14720 – 0 14720", "Total paid 14720 JPY", "the fare states no tax rate",
        "Converted at ECB rates of 2026-11-17: 1 EUR = 164.51 JPY.",
    ):  # fmt: skip
        assert words in text, words


async def test_goes_on_over_pages_with_its_header(documents: Documents) -> None:
    lines = tuple(InvoiceLine(msgspec.structs.replace(RIDE, passenger=index), 100, 7) for index in range(60))
    pages = await texts(documents, msgspec.structs.replace(INVOICE, lines=lines))
    assert len(pages) > 1
    assert all("PASSENGER TRIP NET TAX RATE TAX AMOUNT EUR" in page for page in pages)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert "Total paid 60.00 EUR" in pages[-1]
    assert sum(page.count("Anna Schmidt Adult") for page in pages) == 60


@pytest.mark.parametrize("text", [*NAMES, *INJECTIONS])
async def test_text_is_data(documents: Documents, text: str) -> None:
    ride = msgspec.structs.replace(RIDE, passenger_name=text, origin=text, cabin=text)
    seller = msgspec.structs.replace(INVOICE.seller, name=text, address=(text,), tax_id=text)
    lines = (InvoiceLine(ride, 100, 0),)
    (page,) = await texts(documents, msgspec.structs.replace(INVOICE, customer=text, seller=seller, lines=lines))
    assert "Total paid 1.00 EUR" in page


async def test_the_same_invoice_gives_the_same_bytes(documents: Documents) -> None:
    first, second = [await documents.render_invoice(RenderInvoice(INVOICE)) for _ in range(2)]
    assert first == second


@pytest.mark.parametrize("lines", [(), (InvoiceLine(RIDE, 1, 0),) * 201])
async def test_none_and_too_many_lines_are_refused(documents: Documents, lines: tuple[InvoiceLine, ...]) -> None:
    with pytest.raises(ValidationFailed):
        await documents.render_invoice(RenderInvoice(msgspec.structs.replace(INVOICE, lines=lines)))


async def test_a_time_that_is_none_is_refused(documents: Documents) -> None:
    line = InvoiceLine(msgspec.structs.replace(RIDE, departs_at="soon"), 1, 0)
    with pytest.raises(ValidationFailed):
        await documents.render_invoice(RenderInvoice(msgspec.structs.replace(INVOICE, lines=(line,))))
