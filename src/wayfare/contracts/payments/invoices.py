"""Invoices and credit notes: what was paid and given back, with taxes, in the words of the law's paper.

Amounts are minor units of the document's currency; a credit note's are positive, like those of the invoice it
corrects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import msgspec

from wayfare.contracts.offers.api import Conversion
from wayfare.kernel.money import Money

DocumentKind = Literal["invoice", "credit_note"]


class Ride(msgspec.Struct, frozen=True):
    """One passenger on one leg, both from 0, as sold."""

    passenger: int
    leg: int
    passenger_name: str
    category: str
    service_number: str
    origin: str
    destination: str
    departs_at: str  # RFC 3339 with the place's offset
    cabin: str
    tax_rate: str  # the share of tax on the fare, "0.07"; "" where the fare does not say


class SoldRide(msgspec.Struct, frozen=True):
    """A ride with who sold it and its price parts. `price` has the tax in it, `tax` has `tax_fixed` in it."""

    ride: Ride
    operator: str  # "feed:agency_id"
    operator_name: str
    price: int
    tax: int
    tax_fixed: int
    given_back: bool = False  # cancelled, refunded or exchanged by now: credit notes are for these first


class SoldBooking(msgspec.Struct, frozen=True):
    """What the payments of a booking are for. All money is in `currency`."""

    booking_id: UUID
    locator: str
    customer: str
    email: str
    currency: str
    conversion: Conversion | None
    rides: tuple[SoldRide, ...]


class InvoicePayment(msgspec.Struct, frozen=True):
    payment_id: UUID
    booking: SoldBooking


class IssueInvoices(msgspec.Struct, frozen=True):
    """Bring the documents of these payments up to date. Idempotent: each capture and each refund gets its documents
    once, one per operator.
    """

    payments: tuple[InvoicePayment, ...]


class Issued(msgspec.Struct, frozen=True):
    """The numbers of the documents that are new."""

    numbers: tuple[str, ...]


class Seller(msgspec.Struct, frozen=True):
    """Who issues a document: an operator under its legal name."""

    operator: str
    code: str  # its documents' numbers begin with it
    name: str
    address: tuple[str, ...] = ()
    tax_id: str = ""


class InvoiceLine(msgspec.Struct, frozen=True):
    """What was paid or given back for one ride. `tax` is the tax in `gross`, `tax_fixed` the part of it that goes by
    no rate.
    """

    ride: Ride
    gross: int
    tax: int
    tax_fixed: int = 0


class Invoice(msgspec.Struct, frozen=True):
    """An issued document. It never changes."""

    number: str
    kind: DocumentKind
    corrects: str | None  # a credit note's invoice
    booking_id: UUID
    payment_id: UUID
    locator: str
    seller: Seller
    customer: str
    email: str
    issued_s: int
    moved_s: int  # when the money was taken or given back
    currency: str
    conversion: Conversion | None
    lines: tuple[InvoiceLine, ...]

    @property
    def gross(self) -> Money:
        return Money(sum(line.gross for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        return Money(sum(line.tax for line in self.lines), self.currency)

    @property
    def net(self) -> Money:
        return self.gross - self.tax

    def taxes(self) -> Mapping[str, tuple[Money, Money]]:
        """Net and tax of each rate; what goes by no rate stands under "fixed", with no net of its own."""
        sums: dict[str, list[int]] = {}
        for line in self.lines:
            of_rate = sums.setdefault(line.ride.tax_rate, [0, 0])
            of_rate[0] += line.gross - line.tax
            of_rate[1] += line.tax - line.tax_fixed
            if line.tax_fixed:
                sums.setdefault("fixed", [0, 0])[1] += line.tax_fixed
        return {rate: (Money(net, self.currency), Money(tax, self.currency)) for rate, (net, tax) in sums.items()}


class FindInvoices(msgspec.Struct, frozen=True):
    """The documents of a booking, in the order they were issued."""

    booking_id: UUID


class Invoices(msgspec.Struct, frozen=True):
    invoices: tuple[Invoice, ...]


class SetSellers(msgspec.Struct, frozen=True):
    """Legal names, addresses, tax numbers and number prefixes of operators, for documents issued from now on."""

    sellers: tuple[Seller, ...]


class SellersSet(msgspec.Struct, frozen=True):
    count: int
