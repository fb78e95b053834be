"""An invoice or credit note as the words and figures its pages show. Plain data: the template only places it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wayfare.contracts.payments.invoices import Invoice, InvoiceLine
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.documents.adapters.page_words import date_words, label, line

_TITLES = {"invoice": "Invoice", "credit_note": "Credit note"}
_MOVED = {"invoice": "Paid", "credit_note": "Refunded"}
_SUMS = {"invoice": "Total paid", "credit_note": "Total refunded"}


def invoice_page(invoice: Invoice) -> Mapping[str, Any]:
    """The document, ready for JSON. Raises `ValidationFailed` when a time is none."""
    title = _TITLES[invoice.kind]
    return {
        "title": title,
        "author": line(invoice.seller.name, 90),
        "seller": [line(text, 90) for text in (*invoice.seller.address, *_tax_id(invoice)) if text.strip()],
        "customer": [line(text, 90) for text in (invoice.customer, invoice.email)],
        "number": invoice.number,
        "facts": _facts(invoice),
        "lines": [_line(invoice, one) for one in invoice.lines],
        "taxes": [
            {"rate": _rate_words(rate), "net": "" if rate == "fixed" else net.amount, "tax": tax.amount}
            for rate, (net, tax) in invoice.taxes().items()
        ],
        "net": invoice.net.amount,
        "tax": invoice.tax.amount,
        "gross": str(invoice.gross),
        "gross_word": _SUMS[invoice.kind],
        "currency": invoice.currency,
        "notes": _notes(invoice),
    }


def _facts(invoice: Invoice) -> list[Mapping[str, str]]:
    facts = [
        ("Number", invoice.number),
        ("Issued", date_words(datetime.fromtimestamp(invoice.issued_s, UTC))),
        (_MOVED[invoice.kind], date_words(datetime.fromtimestamp(invoice.moved_s, UTC))),
        ("Booking", line(invoice.locator, 12)),
    ]
    if invoice.corrects is not None:
        facts.insert(1, ("For invoice", invoice.corrects))
    return [{"word": word, "value": value} for word, value in facts]


def _line(invoice: Invoice, one: InvoiceLine) -> Mapping[str, str]:
    ride = one.ride
    rate = _rate_words(ride.tax_rate)
    return {
        "passenger": line(ride.passenger_name, 90),
        "category": label(ride.category),
        "trip": f"{line(ride.origin, 60)} – {line(ride.destination, 60)}",
        "when": f"{line(ride.service_number, 24)} · {_moment(ride.departs_at)} · {label(ride.cabin)}",
        "net": _amount(invoice, one.gross - one.tax),
        "rate": f"{rate} + charges" if one.tax_fixed else rate,
        "tax": _amount(invoice, one.tax),
        "gross": _amount(invoice, one.gross),
    }


def _notes(invoice: Invoice) -> list[str]:
    notes = []
    if any(one.ride.tax_rate == "" for one in invoice.lines):
        notes.append("– : the fare states no tax rate.")
    if any(one.tax_fixed for one in invoice.lines):
        notes.append("Charges: taxes and charges per passenger that go by no rate.")
    if invoice.conversion is not None:
        notes.append(invoice.conversion.sentence)
    return notes


def _tax_id(invoice: Invoice) -> tuple[str, ...]:
    return (f"Tax number {invoice.seller.tax_id}",) if invoice.seller.tax_id else ()


def _rate_words(rate: str) -> str:
    if rate == "fixed":
        return "Charges"
    return f"{(Decimal(rate) * 100).normalize():f} %" if rate else "–"


def _amount(invoice: Invoice, minor: int) -> str:
    return Money(minor, invoice.currency).amount


def _moment(departs_at: str) -> str:
    try:
        moment = datetime.fromisoformat(departs_at)
    except ValueError:
        raise ValidationFailed.of("departs_at", f"{departs_at[:40]!r} is not an RFC 3339 time") from None
    return f"{date_words(moment)}, {moment:%H:%M}"
